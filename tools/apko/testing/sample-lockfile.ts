import type { LockedPackage, Lockfile } from "../lockfile.ts";

/** A package as a lockfile has it; well-formed, and of no file that exists. */
export function lockedPackage(name: string, version: string, architecture = "x86_64"): LockedPackage {
  const sha1 = Buffer.alloc(20, name).toString("base64");
  return {
    name,
    url: `http://packages.test/os/${architecture}/${name}-${version}.apk`,
    version,
    architecture,
    signature: { range: "bytes=0-9", checksum: `sha1-${Buffer.alloc(20, 1).toString("base64")}` },
    control: { range: "bytes=10-19", checksum: `sha1-${sha1}` },
    data: { range: "bytes=20-99", checksum: `sha256-${Buffer.alloc(32, version).toString("base64")}` },
    checksum: `Q1${sha1}`,
  };
}

/** A lockfile of these packages, against one repository for each of their architectures. */
export function lockfileOf(packages: readonly LockedPackage[]): Lockfile {
  const architectures = [...new Set(["x86_64", ...packages.map(({ architecture }) => architecture)])];
  return {
    version: "v1",
    config: { name: "wolfi-images/sample.yaml", checksum: `sha256-${Buffer.alloc(32).toString("base64")}` },
    contents: {
      keyring: [{ name: "keys/test.rsa.pub", url: "keys/test.rsa.pub", content: "a key\n" }],
      build_repositories: [],
      runtime_repositories: [],
      repositories: architectures.map((architecture) => ({
        name: `packages.test/os/${architecture}`,
        url: `http://packages.test/os/${architecture}/APKINDEX.tar.gz`,
        architecture,
      })),
      packages,
    },
  };
}
