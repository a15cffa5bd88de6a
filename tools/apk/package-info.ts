import { WolfiError } from "../error/wolfi-error.ts";
import { readGzipMember } from "./gzip-member.ts";
import { readTarEntries } from "./tar-entries.ts";

/** What a package says of itself, from `.PKGINFO`. A text that is absent is "", a list empty, a number 0. */
export interface PackageInfo {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly description: string;
  readonly url: string;
  readonly license: string;
  readonly origin: string;
  readonly maintainer: string;
  /** Of the sources that the package was built from. */
  readonly commit: string;
  readonly dependencies: readonly string[];
  readonly provides: readonly string[];
  readonly replaces: readonly string[];
  readonly installIf: readonly string[];
  readonly triggers: readonly string[];
  readonly installedSizeBytes: bigint;
  readonly providerPriority: bigint;
  /** Seconds since 1970. */
  readonly buildTime: bigint;
  /** SHA-256 of the data segment, in hex digits as written. */
  readonly dataHash: string;
}

/**
 * Reads the `.PKGINFO` of a control segment: one gzip member, tar without end blocks.
 *
 * @param segment exactly the segment's bytes, as a lockfile's control range gives them
 * @throws WolfiError `PACKAGE_INVALID`, `GZIP_INVALID` or `TAR_INVALID`
 */
export function readControlSegment(segment: Uint8Array): PackageInfo {
  const member = readGzipMember(segment, 0, MAX_CONTROL_BYTES);
  if (member === undefined) {
    throw new WolfiError("PACKAGE_INVALID", "Cannot read control segment: it ends in the middle of its gzip member");
  }
  if (member.end !== segment.length) {
    throw new WolfiError("PACKAGE_INVALID", "Cannot read control segment: bytes follow its gzip member");
  }
  return readControlArchive(member.unpacked);
}

/** What a signature or control segment may unpack to; apko 1.2.30 has the same bound. */
export const MAX_CONTROL_BYTES = 10_485_760;

/** As {@link readControlSegment}, from the unpacked tar archive. */
export function readControlArchive(archive: Uint8Array): PackageInfo {
  const entry = readTarEntries(archive).find(({ name }) => name === ".PKGINFO");
  if (entry === undefined) {
    throw new WolfiError("PACKAGE_INVALID", "Cannot read control segment: it holds no .PKGINFO");
  }
  return parsePackageInfo(Buffer.from(entry.data).toString());
}

/**
 * Parses the text of a `.PKGINFO`: lines `key = value`, comments after `#`; a list has one line for each of its
 * elements, except that `install_if` keeps all its in one. Keys that are not known are ignored, and a number that is
 * none is 0, as for apko: a new tool's package stays readable. apk-package(5).
 */
export function parsePackageInfo(text: string): PackageInfo {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals === -1 || line.startsWith("#")) continue;
    const key = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  const list = (key: string): readonly string[] => values.get(key) ?? [];
  const one = (key: string): string => list(key)[0] ?? "";
  return {
    name: one("pkgname"),
    version: one("pkgver"),
    architecture: one("arch"),
    description: one("pkgdesc"),
    url: one("url"),
    license: one("license"),
    origin: one("origin"),
    maintainer: one("maintainer"),
    commit: one("commit"),
    dependencies: list("depend"),
    provides: list("provides"),
    replaces: list("replaces"),
    installIf: list("install_if").flatMap((value) => value.split(" ").filter((name) => name !== "")),
    triggers: list("triggers"),
    installedSizeBytes: parseNumber(one("size")),
    providerPriority: parseNumber(one("provider_priority")),
    buildTime: parseNumber(one("builddate")),
    dataHash: one("datahash"),
  };
}

function parseNumber(text: string): bigint {
  return /^\d{1,20}$/.test(text) ? BigInt(text) : 0n;
}
