import { createHash } from "node:crypto";
import { WolfiError } from "../error/wolfi-error.ts";
import type { IndexPackage } from "./apk-index.ts";
import { writeGzip } from "./write-gzip.ts";
import { writeSignature, type SigningKey } from "./write-signature.ts";
import { writeTar, type NewTarEntry, type TarFile } from "./write-tar.ts";

/** What a package says about itself. Fields that are left out are written as if empty. */
export type PackageDescription = Pick<IndexPackage, "name" | "version" | "architecture"> &
  Partial<Omit<IndexPackage, "checksum" | "sizeBytes" | "installedSizeBytes">> & {
    /** Packages whose files this one may overwrite. */
    readonly replaces?: readonly string[];
  };

/** What a package puts on disk. Paths are relative to the root, without a leading slash. */
export type PackageFile = PackageFileContent & {
  readonly path: string;
  /** @default root, 0:0 */
  readonly owner?: Owner;
};

type PackageFileContent =
  | { readonly kind: "file"; readonly mode?: number; readonly content: Uint8Array }
  | { readonly kind: "directory"; readonly mode?: number }
  | { readonly kind: "symlink"; readonly target: string };

export interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly groupName: string;
}

export interface WritePackageOptions {
  readonly description: PackageDescription;
  /** In any order. Parent directories that are missing are added with mode 0755, owned by root. */
  readonly files: readonly PackageFile[];
  /** Contents by name, e.g. `.post-install`. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Time of every entry and of the build. @default the description's build time, or 0 */
  readonly modifiedSeconds?: number;
  /** @default the package is not signed */
  readonly key?: SigningKey;
}

/**
 * Writes an .apk, version 2 of the format: apk-v2(5) and apk-package(5).
 *
 * ```
 * ┌───────────────────┬──────────────────────┬────────────────────────────────┐
 * │ .SIGN.RSA256.KEY  │ .PKGINFO  .scripts   │ files, each with its SHA-1     │
 * └───────────────────┴──────────────────────┴────────────────────────────────┘
 *   signs the control   names the data's SHA-256, its own SHA-1 is in the index
 * ```
 *
 * Each part is a gzip member; only the last one's archive is ended. Equal options give equal bytes.
 *
 * @throws WolfiError `PACKAGE_INVALID` where two files have one path, or a value has several lines
 */
export function writePackage(options: WritePackageOptions): Uint8Array {
  const { description, key } = options;
  const modifiedSeconds = options.modifiedSeconds ?? Number(description.buildTime ?? 0n);
  const entries = dataEntries(options.files, modifiedSeconds);
  const data = writeGzip(writeTar(entries, { isEnded: true }));
  const info = formatPackageInfo(description, {
    installedSizeBytes: entries.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.content.length : 0), 0),
    dataHash: createHash("sha256").update(data).digest("hex"),
  });
  const scripts = Object.entries(options.scripts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const control = writeGzip(
    writeTar(
      [
        controlFile(".PKGINFO", 0o644, info, modifiedSeconds),
        ...scripts.map(([name, text]) => controlFile(name, 0o755, text, modifiedSeconds)),
      ],
      { isEnded: false },
    ),
  );
  const signature = key === undefined ? [] : [writeSignature(control, key)];
  return Buffer.concat([...signature, control, data]);
}

const ROOT: Owner = { uid: 0, gid: 0, userName: "root", groupName: "root" };

/** Parents come before children and siblings in byte order, as a walk through a folder gives them. */
function dataEntries(files: readonly PackageFile[], modifiedSeconds: number): readonly NewTarEntry[] {
  const byPath = new Map<string, PackageFile>();
  for (const file of files) {
    if (byPath.has(file.path)) throw invalid(`two files have the path "${file.path}"`);
    byPath.set(file.path, file);
  }
  for (const { path } of files) {
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const parent = path.slice(0, slash);
      const known = byPath.get(parent);
      if (known === undefined) byPath.set(parent, { kind: "directory", path: parent });
      else if (known.kind !== "directory") throw invalid(`"${path}" lies below "${parent}", which is no directory`);
    }
  }
  const walkOrder = (path: string): string => path.replaceAll("/", "\0");
  return [...byPath.values()]
    .sort((a, b) => (walkOrder(a.path) < walkOrder(b.path) ? -1 : 1))
    .map((file) => dataEntry(file, modifiedSeconds));
}

function dataEntry(file: PackageFile, modifiedSeconds: number): NewTarEntry {
  const attributes = { path: file.path, ...(file.owner ?? ROOT), modifiedSeconds };
  switch (file.kind) {
    case "directory":
      return { kind: "directory", ...attributes, mode: file.mode ?? 0o755 };
    case "file":
      return { kind: "file", ...attributes, mode: file.mode ?? 0o644, content: file.content, pax: sha1(file.content) };
    case "symlink":
      return { kind: "symlink", ...attributes, mode: 0o777, target: file.target, pax: sha1(file.target) };
  }
}

function sha1(content: Uint8Array | string): Readonly<Record<string, string>> {
  return { "APK-TOOLS.checksum.SHA1": createHash("sha1").update(content).digest("hex") };
}

function controlFile(path: string, mode: number, text: string, modifiedSeconds: number): TarFile {
  return { kind: "file", path, mode, ...ROOT, modifiedSeconds, content: Buffer.from(text) };
}

/** .PKGINFO: one `key = value` a line; a key with several values has several lines. apk-package(5), abuild's order. */
function formatPackageInfo(
  description: PackageDescription,
  computed: { readonly installedSizeBytes: number; readonly dataHash: string },
): string {
  const line = (key: string, value: string | bigint | undefined): readonly string[] => {
    if (value === undefined || value === "" || value === 0n) return [];
    if (/[\r\n]/.test(String(value))) throw invalid(`the value of ${key} has several lines`);
    return [`${key} = ${value}`];
  };
  const lines = (key: string, values: readonly string[] = []): readonly string[] =>
    values.flatMap((value) => line(key, value));
  return [
    ...line("pkgname", description.name),
    ...line("pkgver", description.version),
    ...line("arch", description.architecture),
    `size = ${computed.installedSizeBytes}`,
    ...line("origin", description.origin),
    ...line("pkgdesc", description.description),
    ...line("url", description.url),
    ...line("commit", description.commit),
    ...line("builddate", description.buildTime),
    ...line("maintainer", description.maintainer),
    ...line("license", description.license),
    ...lines("depend", description.dependencies),
    ...lines("provides", description.provides),
    ...lines("replaces", description.replaces),
    ...line("provider_priority", description.providerPriority),
    ...line("install_if", description.installIf?.join(" ")),
    ...line("datahash", computed.dataHash),
    "",
  ].join("\n");
}

function invalid(reason: string): WolfiError {
  return new WolfiError("PACKAGE_INVALID", `Cannot write package: ${reason}`, { kind: "input" });
}
