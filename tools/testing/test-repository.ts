import { signIndex, type TestSignature } from "../apk/testing/signed-index.ts";
import { indexPackageOf, writeIndex } from "../apk/write-index.ts";
import { writePackage, type PackageDescription, type PackageFile } from "../apk/write-package.ts";
import { TEST_KEY, type TestKey } from "./test-key.ts";
import { writeFiles } from "./write-files.ts";

/** A package of a test: a name is enough. */
export type TestPackage = Partial<Omit<PackageDescription, "name">> & {
  readonly name: string;
  /** @default "1.0-r0" */
  readonly version?: string;
  /** @default `usr/share/NAME` with the package's file name in it */
  readonly files?: readonly PackageFile[];
  readonly scripts?: Readonly<Record<string, string>>;
  /** @default true */
  readonly isSigned?: boolean;
};

export interface TestRepositoryOptions {
  /** @default ["x86_64"] */
  readonly architectures?: readonly string[];
  /** @default TEST_KEY */
  readonly key?: TestKey;
  /** How the indexes are signed. @default by `key`, with SHA-256 */
  readonly indexSignatures?: readonly TestSignature[];
}

/**
 * Makes a signed repository: `ARCH/NAME-VERSION.apk`, `ARCH/APKINDEX.tar.gz` and, at the top, the public key under its
 * name. Equal arguments give equal bytes. A package that names an architecture is listed with it in every index.
 */
export function testRepository(
  packages: readonly TestPackage[],
  { architectures = ["x86_64"], key = TEST_KEY, indexSignatures }: TestRepositoryOptions = {},
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>([[key.name, Buffer.from(key.pem)]]);
  for (const architecture of architectures) {
    const apks = packages.map((testPackage) => testApk(testPackage, architecture, key));
    const records = apks.map(indexPackageOf);
    for (const [at, record] of records.entries()) {
      files.set(`${architecture}/${record.name}-${record.version}.apk`, apks[at]!);
    }
    const description = `test repository, ${architecture}`;
    const index =
      indexSignatures === undefined
        ? writeIndex({ packages: records, description, key })
        : signIndex(writeIndex({ packages: records, description }), indexSignatures);
    files.set(`${architecture}/APKINDEX.tar.gz`, index);
  }
  return files;
}

/** Writes {@link testRepository} into a folder, which may be missing. */
export async function writeTestRepository(
  folder: string,
  packages: readonly TestPackage[],
  options: TestRepositoryOptions = {},
): Promise<void> {
  await writeFiles(folder, testRepository(packages, options));
}

function testApk(testPackage: TestPackage, architecture: string, key: TestKey): Uint8Array {
  const { files, scripts, isSigned = true, ...given } = testPackage;
  const description = { version: "1.0-r0", architecture, origin: given.name, license: "Apache-2.0", ...given };
  const content = Buffer.from(`${description.name}-${description.version}\n`);
  return writePackage({
    description,
    files: files ?? [{ kind: "file", path: `usr/share/${description.name}`, content }],
    ...(scripts === undefined ? {} : { scripts }),
    ...(isSigned ? { key } : {}),
  });
}
