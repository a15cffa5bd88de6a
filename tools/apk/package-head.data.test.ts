import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readIndex } from "./apk-index.ts";
import { readGzipMember } from "./gzip-member.ts";
import { formatRange, readPackageHead, type PackageHead, type Segment } from "./package-head.ts";
import { readControlSegment } from "./package-info.ts";
import { indexChecksum, verifySegment } from "./segment-checksum.ts";
import { verifySignatures } from "./signature.ts";
import { readTarEntries } from "./tar-entries.ts";
import { readTestData, skipWithoutTestData } from "./testing/test-data.ts";

const PACKAGES = [
  "alpine-3.16/alpine-baselayout-3.2.0-r23.apk",
  "apks/hello-wolfi-2.12.1-r0.apk",
  ...["x86_64", "aarch64"].flatMap((architecture) =>
    ["custom-ca-certs-1", "pretend-baselayout", "replayout"].map((name) => `apks/${architecture}/${name}-1.0.0-r0.apk`),
  ),
];

suite("readPackageHead() on real packages", () => {
  for (const path of PACKAGES) {
    test(
      `the segments of ${path} cover the file, and each verifies, the data with the hash of .PKGINFO`,
      { skip: skipWithoutTestData },
      async () => {
        const apk = readTestData(path);
        const head = headOf(apk);
        const segments = [head.signature!, head.control, head.data];
        assert.equal(segments[0]!.start, 0);
        assert.equal(head.control.start, segments[0]!.end + 1);
        assert.equal(head.data.start, head.control.end + 1);
        assert.equal(head.data.end, apk.length - 1);
        for (const segment of segments) {
          await verifySegment([bytesOf(apk, segment)], { name: path, checksum: segment.checksum });
        }
        assert.deepEqual(readControlSegment(bytesOf(apk, head.control)), head.info);
      },
    );
  }

  test("the signature segment signs the control segment", { skip: skipWithoutTestData }, () => {
    const apk = readTestData("apks/x86_64/replayout-1.0.0-r0.apk");
    const head = headOf(apk);
    const member = readGzipMember(apk, 0, 10_000);
    const keys = [{ name: "melange.rsa.pub", pem: readTestData("apks/melange.rsa.pub").toString() }];
    const entries = readTarEntries(member!.unpacked);
    assert.deepEqual(verifySignatures(entries, bytesOf(apk, head.control), keys), []);
    assert.throws(() => verifySignatures(entries, bytesOf(apk, head.data), keys), { code: "SIGNATURE_INVALID" });
  });

  for (const architecture of ["x86_64", "aarch64"]) {
    test(`what the index for ${architecture} says of its packages is so`, { skip: skipWithoutTestData }, () => {
      const keys = [{ name: "melange.rsa.pub", pem: readTestData("apks/melange.rsa.pub").toString() }];
      const { packages } = readIndex(readTestData(`apks/${architecture}/APKINDEX.tar.gz`), { keys });
      // The repository lists one package that its folder does not have.
      for (const record of [...packages].filter(({ name }) => name !== "custom-ca-certs-2")) {
        const apk = readTestData(`apks/${architecture}/${record.name}-${record.version}.apk`);
        const { control, info } = headOf(apk);
        assert.equal(indexChecksum(control), record.checksum);
        assert.equal(BigInt(apk.length), record.sizeBytes);
        for (const field of ["name", "version", "architecture", "dependencies", "provides", "description"] as const) {
          assert.deepEqual(info[field], record[field], `${record.name}: ${field}`);
        }
      }
    });
  }

  for (const lockfile of ["apko-td-apko.lock.json", "apko-td-image_on_top.apko.lock.json"]) {
    test(`the segments are those that apko wrote into ${lockfile}`, { skip: skipWithoutTestData }, () => {
      const { contents } = JSON.parse(readTestData(`images/locks/${lockfile}`).toString()) as Lockfile;
      assert.ok(contents.packages.length >= 2);
      for (const locked of contents.packages) {
        const head = headOf(readTestData(`apks/${locked.architecture}/${locked.name}-${locked.version}.apk`));
        assert.deepEqual(
          [head.signature, head.control, head.data].map((segment) => ({
            range: formatRange(segment!),
            checksum: segment!.checksum,
          })),
          [locked.signature, locked.control, locked.data],
        );
        assert.equal(indexChecksum(head.control), locked.checksum);
      }
    });
  }
});

interface Lockfile {
  readonly contents: { readonly packages: readonly LockedPackage[] };
}

interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly signature: LockedSegment;
  readonly control: LockedSegment;
  readonly data: LockedSegment;
  readonly checksum: string;
}

interface LockedSegment {
  readonly range: string;
  readonly checksum: string;
}

function headOf(apk: Uint8Array): PackageHead {
  const head = readPackageHead(apk.subarray(0, 4096), apk.length);
  assert.ok(head);
  return head;
}

function bytesOf(apk: Uint8Array, { start, end }: Segment): Uint8Array {
  return apk.subarray(start, end + 1);
}
