import type { IndexPackage } from "./apk-index.ts";
import type { PackageHead } from "./package-head.ts";
import { indexChecksum } from "./segment-checksum.ts";

/** Makes the record of a package of which only the head is at hand. */
export function recordOfHead({ info, control }: PackageHead, sizeBytes: bigint): IndexPackage {
  return {
    name: info.name,
    version: info.version,
    architecture: info.architecture,
    dependencies: info.dependencies,
    provides: info.provides,
    installIf: info.installIf,
    providerPriority: info.providerPriority,
    origin: info.origin,
    checksum: indexChecksum(control),
    sizeBytes,
    installedSizeBytes: info.installedSizeBytes,
    buildTime: info.buildTime,
    description: info.description,
    url: info.url,
    license: info.license,
    maintainer: info.maintainer,
    commit: info.commit,
  };
}
