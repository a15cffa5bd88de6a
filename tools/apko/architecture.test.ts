import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { allArchitectures, apkArchitecture, normalizeArchitecture, requestedArchitectures } from "./architecture.ts";

suite("normalizeArchitecture(), apkArchitecture()", () => {
  for (const [written, oci, apk] of [
    ["x86", "386", "x86"],
    ["386", "386", "x86"],
    ["x86_64", "amd64", "x86_64"],
    ["amd64", "amd64", "x86_64"],
    ["aarch64", "arm64", "aarch64"],
    ["armhf", "arm/v6", "armhf"],
    ["armv7", "arm/v7", "armv7"],
    ["arm/v7", "arm/v7", "armv7"],
    ["loongarch64", "loong64", "loongarch64"],
    ["riscv64", "riscv64", "riscv64"],
    ["other", "other", "other"],
  ] as const) {
    test(`${written} is ${oci} and ${apk}`, () => {
      assert.equal(normalizeArchitecture(written), oci);
      assert.equal(apkArchitecture(written), apk);
    });
  }
});

suite("requestedArchitectures()", () => {
  for (const [names, expected, why] of [
    [["x86_64", "arm64", "amd64"], ["amd64", "arm64"], "distinct, sorted by OCI name"],
    [["host"], ["arm64"], "the machine's"],
    [["all"], allArchitectures, "all of them"],
    [["all", "x86"], ["386", "all"], "all counts alone only"],
  ] as const) {
    test(`${names.join(", ")}: ${why}`, () => assert.deepEqual(requestedArchitectures(names, "aarch64"), expected));
  }
});
