/** What an image consists of, exactly: apko's lockfile, version v1 (apko 1.2.30, pkg/lock/lock.go), with its names. */
export interface Lockfile {
  readonly version: string;
  /** Undefined in lockfiles of apko before 0.13. */
  readonly config: LockedConfiguration | undefined;
  readonly contents: LockfileContents;
}

export interface LockedConfiguration {
  /** Path of the configuration, from the workspace root. */
  readonly name: string;
  /** `sha256-` + base64 over the bytes of the configuration and what it includes. */
  readonly checksum: string;
}

export interface LockfileContents {
  readonly keyring: readonly LockedKey[];
  readonly build_repositories: readonly LockedRepository[];
  readonly runtime_repositories: readonly LockedRepository[];
  readonly repositories: readonly LockedRepository[];
  /** One block for each architecture, in the order of installation. */
  readonly packages: readonly LockedPackage[];
}

export interface LockedKey {
  readonly name: string;
  readonly url: string;
  /** The key's text; "" in lockfiles of apko before 1.2.23 or so. */
  readonly content: string;
}

export interface LockedRepository {
  readonly name: string;
  /** Of the index. */
  readonly url: string;
  /** As repositories name it: `x86_64`. */
  readonly architecture: string;
}

export interface LockedPackage {
  readonly name: string;
  readonly url: string;
  readonly version: string;
  /** As the index has it, so `noarch` is possible. */
  readonly architecture: string;
  /** Both texts are empty for a package without signature. */
  readonly signature: LockedSegment;
  readonly control: LockedSegment;
  readonly data: LockedSegment;
  /** `Q1` + base64 of the control segment's SHA-1; "" in lockfiles of apko before 0.13. */
  readonly checksum: string;
}

/** Part of a package's file. */
export interface LockedSegment {
  /** `bytes=FIRST-LAST`, as in an HTTP request. */
  readonly range: string;
  /** `sha1-` or `sha256-` + base64. */
  readonly checksum: string;
}
