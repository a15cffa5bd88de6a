import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parseIndexText } from "../apk/apk-index.ts";
import { readTestData, skipWithoutTestData } from "../apk/testing/test-data.ts";
import { writeIndex } from "../apk/write-index.ts";
import { openSource } from "../repository/open-source.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { describeCounts, describeWithdrawn } from "./describe-withdrawn.ts";
import type { RetentionPolicy } from "./judge-package.ts";
import { listWithdrawn } from "./list-withdrawn.ts";

const today = new Date("2026-11-24");
const policy: RetentionPolicy = {
  retention: { text: "12mo", value: { count: 12, unit: "months" } },
  soon: { text: "30d", value: { count: 30, unit: "days" } },
  today,
};

/** The packages of the real lockfile that the index has in that version: here the lockfile gets the index's checksum. */
const available = ["wolfi-keys", "libcrypto3"];

test("listWithdrawn() judges a real lockfile by an index of Wolfi's size", { skip: skipWithoutTestData }, async () => {
  await using folder = await temporaryFolder();
  const packages = parseIndexText(gunzipSync(readTestData("wolfi-scale/APKINDEX.gz")));
  const index = writeIndex({ packages, description: "Wolfi's size", key: TEST_KEY });
  for (const architecture of ["x86_64", "aarch64"]) {
    await mkdir(join(folder.path, architecture));
    await writeFile(join(folder.path, architecture, "APKINDEX.tar.gz"), index);
  }
  const lockfile = JSON.parse(readTestData("locks/oci.lock.json").toString()) as {
    contents: {
      keyring: readonly object[];
      packages: readonly { readonly name: string; readonly version: string; readonly control: { checksum: string } }[];
    };
  };
  lockfile.contents.keyring = [{ name: TEST_KEY.name, url: TEST_KEY.name, content: TEST_KEY.pem }];
  for (const { name, version, control } of lockfile.contents.packages.filter((locked) =>
    available.includes(locked.name),
  )) {
    control.checksum = packages
      .named(name)
      .find((entry) => entry.version === version)!
      .checksum.replace("Q1", "sha1-");
  }
  const report = await listWithdrawn([{ name: "oci", configuration: "oci.yaml", lockfile: "oci.lock.json" }], {
    source: openSource({
      workingDirectory: folder.path,
      folders: new Map([["https://packages.wolfi.dev/os", folder.path]]),
    }),
    readFile: () => Promise.resolve(Buffer.from(JSON.stringify(lockfile))),
    today,
    signal: AbortSignal.timeout(60_000),
    policy,
    lockCommand: "lock",
  });
  assert.deepEqual(report.problems, []);
  assert.equal(describeCounts(report), "15 locked packages: 11 withdrawn, 2 replaced, 1 soon withdrawn");
  const lines = describeWithdrawn(report, today).map(({ text }) => text);
  const holders = lines.filter((line) => line.startsWith(" "));
  assert.deepEqual(holders, Array<string>(14).fill("  oci (aarch64, x86_64)"));
  assert.deepEqual(
    lines.filter((line) => !line.startsWith(" ")),
    [
      "apk-tools 2.14.10-r10: withdrawn; the newest is 2.14.10-r13",
      "busybox 1.37.0-r57: withdrawn; the newest is 1.38.0-r1",
      "ca-certificates-bundle 20260413-r0: withdrawn; the newest is 20260413-r1",
      "glibc 2.43-r6: withdrawn; no version is left, glibc-2.43 provides it",
      "glibc-locale-posix 2.43-r6: withdrawn; no version is left, glibc-2.43-locale-posix provides it",
      "ld-linux 2.43-r6: withdrawn; no version is left, ld-linux-2.43 provides it",
      "libcrypt1 2.43-r6: withdrawn; no version is left, libcrypt1-2.43 provides it",
      "libgcc 15.2.0-r11: withdrawn; the newest is 16.2.0-r0",
      "libssl3 3.6.2-r2: withdrawn; the newest is 3.6.3-r5",
      "libxcrypt 4.5.2-r2: withdrawn; the newest is 4.5.2-r4",
      "zlib 1.3.2-r2: withdrawn; the newest is 1.3.2-r4",
      "wolfi-base 1-r7: replaced, the index has other contents for this version; the newest is 1-r7",
      "wolfi-baselayout 20230201-r29: replaced, the index has other contents for this version; the newest is 20230201-r29",
      "libcrypto3 3.6.2-r2: may go any day since 2026-06-15, built on 2025-06-15; the newest is 3.6.3-r5",
    ],
  );
});
