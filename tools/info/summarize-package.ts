import { builtAtOf } from "../apk/build-time.ts";
import type { PackageHolder } from "./find-holders.ts";
import type { FoundName, Release } from "./find-package.ts";

/** What is known of a name, as data, for scripts. Sizes are numbers of bytes, times RFC 3339 in UTC. */
export function summarizeName({
  found,
  holders,
}: {
  readonly found: FoundName;
  readonly holders: readonly PackageHolder[];
}): object {
  const isPackage = found.kind === "package";
  return {
    name: found.name,
    releases: isPackage ? found.releases.map(summarizeRelease) : [],
    versions: isPackage ? found.versions : [],
    neededBy: isPackage ? found.neededBy : [],
    providers: found.kind === "provided" ? found.providers : [],
    images: holders,
  };
}

function summarizeRelease({ record, index: { repository, architecture, label } }: Release): object {
  const { name: _, architecture: own, sizeBytes, installedSizeBytes, buildTime, providerPriority, ...rest } = record;
  return {
    ...rest,
    architecture,
    isArchitectureIndependent: own === "noarch",
    repository,
    label,
    sizeBytes: Number(sizeBytes),
    installedSizeBytes: Number(installedSizeBytes),
    builtAt: builtAtOf({ buildTime })?.toISOString() ?? null,
    providerPriority: Number(providerPriority),
  };
}
