import { WolfiError } from "../error/wolfi-error.ts";
import type { IndexPackage } from "./apk-index.ts";
import { readPackageHead } from "./package-head.ts";
import { recordOfHead } from "./record-of-head.ts";
import { writeGzip } from "./write-gzip.ts";
import { writeSignature, type SigningKey } from "./write-signature.ts";
import { writeTar, type TarFile } from "./write-tar.ts";

export interface WriteIndexOptions {
  /** Written in the given order, which decides between packages that are otherwise equal. */
  readonly packages: Iterable<IndexPackage>;
  /** What the index calls itself. */
  readonly description: string;
  /** @default the index is not signed, and real readers refuse it */
  readonly key?: SigningKey;
}

/**
 * Writes an APKINDEX.tar.gz: a gzip member with the signature, then one with `DESCRIPTION` and `APKINDEX`.
 * apk-v2(5), "INDEX". Equal options give equal bytes.
 */
export function writeIndex({ packages, description, key }: WriteIndexOptions): Uint8Array {
  const index = writeGzip(
    writeTar([file("DESCRIPTION", description), file("APKINDEX", formatIndexText(packages))], { isEnded: true }),
  );
  return key === undefined ? index : Buffer.concat([writeSignature(index, key), index]);
}

/**
 * Makes the record by which an index names a package.
 *
 * @param apk the whole package
 * @throws WolfiError where the bytes are not a package
 */
export function indexPackageOf(apk: Uint8Array): IndexPackage {
  const head = readPackageHead(apk, apk.length);
  if (head === undefined) {
    throw new WolfiError("PACKAGE_INVALID", "Cannot index package: it ends before its data segment");
  }
  return recordOfHead(head, BigInt(apk.length));
}

/**
 * The text of `APKINDEX`: one `X:value` a line, an empty line after each record, the last one included (apko drops a
 * record that has none). Empty and zero fields are left out, except the size fields.
 */
export function formatIndexText(packages: Iterable<IndexPackage>): string {
  return Array.from(packages, formatRecord).join("");
}

function formatRecord(record: IndexPackage): string {
  const fields: readonly (readonly [string, string])[] = [
    ["C", record.checksum],
    ["P", record.name],
    ["V", record.version],
    ["A", record.architecture],
    ["S", String(record.sizeBytes)],
    ["I", String(record.installedSizeBytes)],
    ["T", record.description],
    ["U", record.url],
    ["L", record.license],
    ["o", record.origin],
    ["m", record.maintainer],
    ["t", nonZero(record.buildTime)],
    ["c", record.commit],
    ["k", nonZero(record.providerPriority)],
    ["D", record.dependencies.join(" ")],
    ["p", record.provides.join(" ")],
    ["i", record.installIf.join(" ")],
  ];
  const lines = fields.filter(([, value]) => value !== "").map(([letter, value]) => `${letter}:${value}\n`);
  return `${lines.join("")}\n`;
}

function nonZero(value: bigint): string {
  return value === 0n ? "" : String(value);
}

function file(path: string, text: string): TarFile {
  const owner = { uid: 0, gid: 0, userName: "root", groupName: "root" };
  return { kind: "file", path, mode: 0o644, ...owner, modifiedSeconds: 0, content: Buffer.from(text) };
}
