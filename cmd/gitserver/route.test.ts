import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findRoute, targetPath } from "./route.ts";

suite("findRoute()", () => {
  for (const [method, target, expected] of [
    ["GET", "/healthz", { kind: "health" }],
    ["HEAD", "/healthz?verbose", { kind: "health" }],
    ["GET", "/a/info/refs?service=git-upload-pack", { kind: "advertise", name: "a" }],
    ["GET", "/a/b.git/info/refs?x=y&service=git-upload-pack", { kind: "advertise", name: "a/b.git" }],
    ["GET", "http://host.test/a/info/refs?service=git-upload-pack", { kind: "advertise", name: "a" }],
    ["POST", "/a/git-upload-pack", { kind: "upload-pack", name: "a" }],
    ["POST", "/a%2fb/git-upload-pack", { kind: "upload-pack", name: "a%2fb" }],
    ["POST", "/info/refs/git-upload-pack", { kind: "upload-pack", name: "info/refs" }],
  ] as const) {
    test(`${method} ${target}`, () => assert.deepEqual(findRoute(method, target), expected));
  }

  for (const [method, target, status, message] of [
    ["GET", "/a/info/refs?service=git-receive-pack", 403, /read-only/],
    ["POST", "/a/git-receive-pack", 403, /read-only/],
    ["GET", "/a/info/refs", 403, /smart HTTP protocol only/],
    ["GET", "/a/info/refs?service=git-archive", 403, /only git-upload-pack/],
    ["GET", "/a/HEAD", 403, /smart HTTP protocol only/],
    ["GET", "/a/objects/info/packs", 403, /smart HTTP protocol only/],
    ["GET", "/a/objects/pack/pack-1.pack", 403, /smart HTTP protocol only/],
    ["GET", "/a/info/alternates", 403, /smart HTTP protocol only/],
    ["POST", "/healthz", 405, /GET, HEAD/],
    ["GET", "/a/git-upload-pack", 405, /POST/],
    ["POST", "/a/info/refs?service=git-upload-pack", 405, /GET/],
    ["GET", "/", 404, /nothing/],
    ["GET", "/a", 404, /nothing/],
    ["GET", "/info/refs?service=git-upload-pack", 404, /nothing/],
    ["OPTIONS", "*", 404, /nothing/],
    ["GET", "", 404, /nothing/],
  ] as const) {
    test(`${method} ${target || "(empty)"}: ${status}`, () => {
      const route = findRoute(method, target);
      assert.ok(route.kind === "refused");
      assert.equal(route.refusal.status, status);
      assert.match(route.refusal.message, message);
      assert.equal("Allow" in (route.refusal.headers ?? {}), status === 405);
    });
  }
});

suite("targetPath()", () => {
  for (const [target, path] of [
    ["/a/info/refs?service=x", "/a/info/refs"],
    ["/a#b?c", "/a"],
    ["http://me:secret@host.test/a?token=b", "/a"],
    ["HTTP://me:secret@host.test", ""],
    ["//host/a", "//host/a"],
    ["/a/../b", "/a/../b"],
  ] as const) {
    test(`${target} → ${path}`, () => assert.equal(targetPath(target), path));
  }
});
