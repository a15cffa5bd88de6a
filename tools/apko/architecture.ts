import { sortedSet } from "../apk/byte-order.ts";

/** The architectures of a configuration that names none, by their OCI names, in apko's order. */
export const allArchitectures: readonly string[] = [
  "386",
  "amd64",
  "arm64",
  "arm/v6",
  "arm/v7",
  "loong64",
  "ppc64le",
  "riscv64",
  "s390x",
];

const ociNames: ReadonlyMap<string, string> = new Map([
  ["x86", "386"],
  ["x86_64", "amd64"],
  ["aarch64", "arm64"],
  ["armhf", "arm/v6"],
  ["armv7", "arm/v7"],
  ["loongarch64", "loong64"],
]);

const apkNames: ReadonlyMap<string, string> = new Map([...ociNames].map(([apk, oci]) => [oci, apk]));

/** Every way to write an architecture that {@link normalizeArchitecture} knows. */
export const knownArchitectureNames: readonly string[] = [...allArchitectures, ...ociNames.keys()];

/** The OCI name (`amd64`) of an architecture written either way. An unknown name is kept, as apko does. */
export function normalizeArchitecture(name: string): string {
  return ociNames.get(name) ?? name;
}

/** The name that repositories use (`x86_64`) for an architecture written either way. */
export function apkArchitecture(name: string): string {
  const oci = normalizeArchitecture(name);
  return apkNames.get(oci) ?? oci;
}

/**
 * The OCI names that `--arch` asks for: distinct, in byte order; `all` alone stands for {@link allArchitectures} and
 * `host` alone for `host`.
 *
 * @param host the machine's architecture, written either way
 */
export function requestedArchitectures(names: readonly string[], host: string): readonly string[] {
  if (names.length === 1 && names[0] === "all") return allArchitectures;
  return sortedSet((names.length === 1 && names[0] === "host" ? [host] : names).map(normalizeArchitecture));
}
