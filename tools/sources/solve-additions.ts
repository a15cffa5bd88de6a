import type { Located } from "../yaml/scalar-shapes.ts";

/**
 * What a call adds to a configuration for solving alone, as apko's options do: neither the lockfile's checksum nor its
 * keyring and repositories show it, only packages that come from an added repository.
 */
export interface SolveAdditions {
  /** Locations of keys, besides the keyring. */
  readonly keys: readonly Located[];
  /** Entries as in `contents.repositories`, and as written: no slash is taken from their ends. */
  readonly repositories: readonly Located[];
  /** Folders in which the configuration, its includes and base images are looked for too. */
  readonly includePaths: readonly string[];
  /** Takes indexes whoever signed them. */
  readonly ignoreSignatures: boolean;
}

export const noAdditions: SolveAdditions = { keys: [], repositories: [], includePaths: [], ignoreSignatures: false };
