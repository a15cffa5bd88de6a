import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readIndex } from "./apk-index.ts";
import { readTestData, skipWithoutTestData } from "./testing/test-data.ts";
import { indexPackageOf } from "./write-index.ts";

suite("indexPackageOf()", () => {
  for (const architecture of ["x86_64", "aarch64"]) {
    test(`gives the records of a real index, ${architecture}`, { skip: skipWithoutTestData }, () => {
      const archive = readTestData(`apks/${architecture}/APKINDEX.tar.gz`);
      const names = ["custom-ca-certs-1", "pretend-baselayout", "replayout"];
      const records = readIndex(archive, { keys: [], ignoreSignatures: true }).packages;
      assert.deepEqual(
        names.map((name) => indexPackageOf(readTestData(`apks/${architecture}/${name}-1.0.0-r0.apk`))),
        names.map((name) => records.named(name)[0]),
      );
    });
  }
});
