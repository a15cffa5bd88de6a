import type { Position } from "../error/wolfi-error.ts";

/** A file of tests in the format of container-structure-test, schema 2.0.0: those that can be judged without a run. */
export interface StructureConfiguration {
  readonly metadata: MetadataTest;
  readonly fileExistence: readonly FileExistenceTest[];
  readonly fileContents: readonly FileContentTest[];
  readonly commands: readonly CommandTest[];
  readonly users: readonly UserTest[];
  readonly symlinks: readonly SymlinkTest[];
}

interface NamedTest {
  readonly name: string;
  readonly position: Position;
}

/** A value that stands at a place of the file. */
export interface Placed<T> {
  readonly value: T;
  readonly position: Position;
}

/** Undefined for what is not tested. */
export interface MetadataTest {
  readonly envVars: readonly KeyTest[];
  readonly unboundEnvVars: readonly Placed<string>[];
  readonly labels: readonly KeyTest[];
  readonly exposedPorts: readonly Placed<string>[];
  readonly unexposedPorts: readonly Placed<string>[];
  readonly volumes: readonly Placed<string>[];
  readonly unmountedVolumes: readonly Placed<string>[];
  readonly entrypoint: Placed<readonly string[]> | undefined;
  readonly cmd: Placed<readonly string[]> | undefined;
  readonly workdir: Placed<string> | undefined;
  readonly user: Placed<string> | undefined;
}

/** An environment variable or a label. */
export interface KeyTest {
  readonly key: string;
  readonly value: string;
  /** The value as an expression, where it is one. */
  readonly pattern: RegExp | undefined;
  readonly position: Position;
}

export interface FileExistenceTest extends NamedTest {
  /** Environment variables of the image may stand in it: `$HOME`. */
  readonly path: string;
  readonly shouldExist: boolean;
  /** As {@link formatFileMode} writes them. */
  readonly permissions: string | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly isExecutableBy: ExecutableBy | undefined;
}

export type ExecutableBy = "owner" | "group" | "other" | "any";

export interface Expression {
  readonly source: string;
  readonly pattern: RegExp;
}

export interface FileContentTest extends NamedTest {
  readonly path: string;
  readonly expectedContents: readonly Expression[];
  readonly excludedContents: readonly Expression[];
}

/** What can be judged of a command without running it. */
export interface CommandTest extends NamedTest {
  readonly command: string;
  /** Why not even the program can be judged, where that is so. */
  readonly obstacle: string | undefined;
}

/** An extension of ours: a line of /etc/passwd. */
export interface UserTest extends NamedTest {
  readonly user: string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly home: string | undefined;
  readonly shell: string | undefined;
}

/** An extension of ours. */
export interface SymlinkTest extends NamedTest {
  readonly path: string;
  readonly target: string;
}
