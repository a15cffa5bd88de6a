import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { vendoredPath } from "./vendored-path.ts";

suite("vendoredPath()", () => {
  for (const [url, path] of [
    ["https://packages.wolfi.dev/os/x86_64/a-1.0-r0.apk", "packages.wolfi.dev/os/x86_64/a-1.0-r0.apk"],
    ["http://127.0.0.1:8080/x86_64/libstdc++-1_rc1-r0.apk", "127.0.0.1+8080/x86_64/libstdc++-1_rc1-r0.apk"],
    ["https://h/keys/alpine%40lists-1.rsa.pub", "h/keys/alpine@lists-1.rsa.pub"],
    ["https://h/%C3%A4/b", "h/ä/b"],
  ] as const) {
    test(`${url} is ${path}`, () => assert.equal(vendoredPath(url), path));
  }
  for (const url of [
    "/os/x86_64/a.apk",
    "file:///os/a.apk",
    "https://h",
    "https://h/",
    "https://h//a",
    "https://h/a/",
    "https://../a",
    "https://h/../a",
    "https://h/./a",
    "https://h/%2e%2e/a",
    "https://h/a%2Fb",
    "https://h/a\\b",
    "https://h/a%5Cb",
    "https://h/a%00",
    "https://h/a\nb",
    "https://h/a%zz",
    "https://h/a?b",
    "https://h/a#b",
    "https://h/a:b",
    "https://me:secret@h/a",
    "https://h:port/a",
    "https://-h/a",
  ]) {
    test(`${JSON.stringify(url)} has none`, () => assert.equal(vendoredPath(url), undefined));
  }
});
