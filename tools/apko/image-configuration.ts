import type { YamlFormat } from "../yaml/document.ts";
import type { Located } from "../yaml/scalar-shapes.ts";

export const imageConfigurationFormat: YamlFormat = { name: "image configuration", rules: "apko" };

/**
 * An image configuration with apko's own field names (apko 1.2.30, pkg/build/types/types.go). What a file does not
 * say is empty: "", 0, [], an empty map.
 */
export interface ImageConfiguration {
  readonly contents: ImageContents;
  readonly entrypoint: ImageEntrypoint;
  readonly cmd: string;
  readonly "stop-signal": string;
  readonly "work-dir": string;
  readonly accounts: ImageAccounts;
  /** As written: {@link normalizeArchitecture} gives the OCI name. */
  readonly archs: readonly Located[];
  readonly environment: ReadonlyMap<string, string>;
  readonly paths: readonly PathMutation[];
  readonly "vcs-url": string;
  readonly annotations: ReadonlyMap<string, string>;
  /** Path of another configuration, from the workspace root. */
  readonly include: Located;
  readonly volumes: readonly string[];
  readonly layering: { readonly strategy: string; readonly budget: number } | undefined;
  readonly certificates: ImageCertificates | undefined;
  /** Known to apko above 1.2.30 only, and accepted because of it. */
  readonly format: string;
}

export interface ImageContents {
  readonly build_repositories: readonly Located[];
  readonly runtime_repositories: readonly Located[];
  readonly repositories: readonly Located[];
  readonly keyring: readonly Located[];
  readonly runtime_keyring: readonly NamedContent[];
  readonly packages: readonly Located[];
  readonly baseimage: BaseImageReference | undefined;
}

/** The image that the configuration's packages are added to. */
export interface BaseImageReference {
  /** Path of a folder in OCI's layout, from the workspace root. */
  readonly image: Located;
  /** Path of a folder with the image's apk database, for each architecture as `ARCHITECTURE/APKINDEX`. */
  readonly apkindex: Located;
}

export interface ImageEntrypoint {
  readonly type: string;
  readonly command: string;
  readonly "shell-fragment": string;
  readonly services: ReadonlyMap<string, string>;
}

export interface ImageAccounts {
  readonly "run-as": string;
  readonly users: readonly User[];
  readonly groups: readonly Group[];
}

export interface User {
  readonly username: Located;
  readonly uid: number;
  readonly gid: number | undefined;
  readonly shell: string;
  readonly homedir: string;
}

export interface Group {
  readonly groupname: Located;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface PathMutation {
  readonly path: string;
  readonly type: string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly permissions: number;
  readonly source: string;
  readonly recursive: boolean;
}

export interface ImageCertificates {
  readonly additional: readonly NamedContent[];
  readonly providers: readonly string[];
}

/** A certificate or a key that stands in the configuration itself. */
export interface NamedContent {
  readonly name: Located;
  readonly content: string;
}
