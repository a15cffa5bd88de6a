import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { WolfiError } from "../error/wolfi-error.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { testRepository } from "../testing/test-repository.ts";
import { parseIndexText, readIndex } from "./apk-index.ts";
import { readPackageHead } from "./package-head.ts";
import { readControlSegment } from "./package-info.ts";
import { tarOf } from "./testing/signed-index.ts";

const files = testRepository([
  {
    name: "git",
    dependencies: ["so:libc.so.6", "bash"],
    provides: ["cmd:git=1.0-r0"],
    scripts: { ".post-install": "" },
  },
  { name: "bash", installIf: ["git", "shells=1"], provides: ["/bin/sh"], providerPriority: 10n },
]);
const apk = files.get("x86_64/git-1.0-r0.apk")!;
const index = files.get("x86_64/APKINDEX.tar.gz")!;
const indexTar = Buffer.from(tarOf({ DESCRIPTION: "v1", APKINDEX: "C:Q1AAAA\nP:a\nV:1\nS:1\nD:b c\n\nP:b\nk:1\n\n" }));
const controlTar = Buffer.from(tarOf({ ".PKGINFO": `pkgname = a\nsize = 1\ndatahash = ${"a".repeat(64)}\n` }));

suite("damaged bytes give a value or a WolfiError", () => {
  property("readIndex(), signed", index, (bytes) => readIndex(bytes, { keys: [TEST_KEY] }), {
    // What still reads has to be what was signed.
    check: (result) => assert.equal(result.packages.length, 2),
  });
  property("readIndex(), signatures ignored", index, (bytes) => readIndex(bytes, { keys: [], ignoreSignatures: true }));
  property("readPackageHead()", apk, (bytes) => readPackageHead(bytes, Math.max(bytes.length, apk.length)));

  // Damage inside: the compression and its checksum are right.
  property("readIndex(), its tar", indexTar, (tar) => readIndex(gzipSync(tar), { keys: [], ignoreSignatures: true }));
  property("readControlSegment(), its tar", controlTar, (tar) => readControlSegment(gzipSync(tar)));
  property("parseIndexText()", indexTar.subarray(1536), (text) => [...parseIndexText(text)]);

  test("the undamaged bytes are good", () => {
    assert.equal(readIndex(index, { keys: [TEST_KEY] }).packages.length, 2);
    assert.equal(readPackageHead(apk, apk.length)?.info.name, "git");
    assert.equal(readIndex(gzipSync(indexTar), { keys: [], ignoreSignatures: true }).packages.length, 2);
    assert.equal(readControlSegment(gzipSync(controlTar)).name, "a");
  });
});

function property<Result>(
  name: string,
  good: Uint8Array,
  read: (bytes: Uint8Array) => Result,
  { check = () => {} }: { readonly check?: (result: Result) => void } = {},
): void {
  test(name, () => {
    fc.assert(
      fc.property(damage(good.length), (changes) => {
        let result: Result;
        try {
          result = read(changes.reduce<Uint8Array>(applyChange, good));
        } catch (error) {
          assert.ok(error instanceof WolfiError, `not a WolfiError: ${String(error)}`);
          assert.notEqual(error.message, "");
          return;
        }
        check(result);
      }),
      { numRuns: 400 },
    );
  });
}

type Change =
  | { readonly kind: "set"; readonly at: number; readonly byte: number }
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "remove"; readonly at: number; readonly count: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "repeat"; readonly at: number; readonly count: number };

function damage(length: number): fc.Arbitrary<readonly Change[]> {
  const at = fc.nat(length - 1);
  const count = fc.nat(600);
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ kind: fc.constant("set" as const), at, byte: fc.nat(255) }),
    fc.record({ kind: fc.constant("flip" as const), at, bit: fc.nat(7) }),
    fc.record({ kind: fc.constant("cut" as const), at }),
    fc.record({ kind: fc.constant("remove" as const), at, count }),
    fc.record({ kind: fc.constant("insert" as const), at, bytes: fc.uint8Array({ maxLength: 40 }) }),
    fc.record({ kind: fc.constant("repeat" as const), at, count }),
  );
  return fc.array(change, { minLength: 1, maxLength: 4 });
}

function applyChange(bytes: Uint8Array, change: Change): Uint8Array {
  const copy = Buffer.from(bytes);
  const [before, after] = [copy.subarray(0, change.at), copy.subarray(change.at)];
  switch (change.kind) {
    case "set":
      if (after.length > 0) after[0] = change.byte;
      return copy;
    case "flip":
      if (after.length > 0) after[0]! ^= 1 << change.bit;
      return copy;
    case "cut":
      return before;
    case "remove":
      return Buffer.concat([before, after.subarray(change.count)]);
    case "insert":
      return Buffer.concat([before, change.bytes, after]);
    case "repeat":
      return Buffer.concat([before, after.subarray(0, change.count), after]);
  }
}
