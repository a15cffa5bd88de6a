import type { ImageConfiguration, ImageEntrypoint } from "./image-configuration.ts";

/**
 * Merges an included configuration into the one that includes it, as apko 1.2.30 does: a value of the includer wins,
 * lists are joined with the included part first. `vcs-url`, `include` and each entry of a list are not merged.
 */
export function mergeImageConfiguration(
  included: ImageConfiguration,
  includer: ImageConfiguration,
): ImageConfiguration {
  return {
    contents: {
      build_repositories: [...included.contents.build_repositories, ...includer.contents.build_repositories],
      runtime_repositories: [...included.contents.runtime_repositories, ...includer.contents.runtime_repositories],
      repositories: [...included.contents.repositories, ...includer.contents.repositories],
      keyring: [...included.contents.keyring, ...includer.contents.keyring],
      runtime_keyring: [...included.contents.runtime_keyring, ...includer.contents.runtime_keyring],
      packages: [...included.contents.packages, ...includer.contents.packages],
      baseimage: includer.contents.baseimage ?? included.contents.baseimage,
    },
    entrypoint: isEmptyEntrypoint(includer.entrypoint) ? included.entrypoint : includer.entrypoint,
    cmd: includer.cmd || included.cmd,
    "stop-signal": includer["stop-signal"] || included["stop-signal"],
    "work-dir": includer["work-dir"] || included["work-dir"],
    accounts: {
      "run-as": includer.accounts["run-as"] || included.accounts["run-as"],
      users: [...included.accounts.users, ...includer.accounts.users],
      groups: [...included.accounts.groups, ...includer.accounts.groups],
    },
    archs: includer.archs.length > 0 ? includer.archs : included.archs,
    environment: new Map([...included.environment, ...includer.environment]),
    paths: [...included.paths, ...includer.paths],
    "vcs-url": includer["vcs-url"],
    annotations: new Map([...included.annotations, ...includer.annotations]),
    include: includer.include,
    volumes: [...included.volumes, ...includer.volumes],
    layering: includer.layering ?? included.layering,
    certificates: includer.certificates ?? included.certificates,
    format: includer.format || included.format,
  };
}

/** True where a configuration says nothing about its entrypoint. */
export function isEmptyEntrypoint(entrypoint: ImageEntrypoint): boolean {
  const { type, command, "shell-fragment": shellFragment, services } = entrypoint;
  return type === "" && command === "" && shellFragment === "" && services.size === 0;
}
