import type { IndexPackage, IndexPackages } from "../apk/apk-index.ts";
import { indexChecksum } from "../apk/segment-checksum.ts";
import type { LockedPackage } from "./lockfile.ts";

/** The record of exactly the package that is locked: of that name and version, and with that control segment. */
export function findLockedRecord(
  packages: Pick<IndexPackages, "named">,
  { name, version, control }: Pick<LockedPackage, "name" | "version" | "control">,
): IndexPackage | undefined {
  const checksum = indexChecksum(control);
  return packages.named(name).find((record) => record.version === version && record.checksum === checksum);
}
