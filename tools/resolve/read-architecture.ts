import { sortedSet } from "../apk/byte-order.ts";
import type { Key } from "../apk/signature.ts";
import { apkArchitecture } from "../apko/architecture.ts";
import { readBaseImage } from "../apko/base-image.ts";
import type { ValidConfiguration } from "../apko/load-image-configuration.ts";
import { problemOf } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { discoverKeys } from "../repository/discover-keys.ts";
import { baseImageIndex } from "../solver/base-image-index.ts";
import type { SolverIndex } from "../solver/solve.ts";
import { usableKeys } from "../sources/image-keyring.ts";
import type { SolveAdditions } from "../sources/solve-additions.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import type { SolveContext, SolveRequest } from "./solve-request.ts";

export interface ArchitectureRequest {
  readonly loaded: ValidConfiguration;
  readonly additions: SolveAdditions;
  readonly architecture: string;
  /** That of the configuration, and what was added to it. */
  readonly keyring: readonly Located[];
  readonly keys: readonly Key[];
}

export interface ReadArchitecture {
  readonly kind: "read";
  readonly loaded: ValidConfiguration;
  /** OCI name. */
  readonly architecture: string;
  readonly indexes: readonly SolverIndex[];
  readonly warnings: readonly string[];
}

export interface FailedArchitecture {
  readonly kind: "failed";
  readonly problem: WolfiError;
}

/** Reads the indexes that an image is solved with for one architecture, its base image among them. */
export async function readArchitecture(
  { loaded, additions, architecture, keyring, keys }: ArchitectureRequest,
  { configuration: file }: SolveRequest,
  { source, indexes, readFile, today, signal }: SolveContext,
): Promise<ReadArchitecture | FailedArchitecture> {
  const { contents } = loaded.configuration;
  // Runtime repositories are only written into the image.
  const lines = [...contents.build_repositories, ...contents.repositories, ...additions.repositories];
  const { baseimage } = contents;
  if (lines.length === 0 && baseimage === undefined) {
    const message = `Cannot lock "${file}": it names no repository`;
    const cure = 'List one under "contents.repositories"';
    const problem = new WolfiError("NO_REPOSITORY", message, { kind: "input", position: { file }, cure });
    return { kind: "failed", problem };
  }
  try {
    const apkName = apkArchitecture(architecture);
    const base = baseimage && (await readBaseImage(baseimage, architecture, readFile));
    const repositories = sortedSet(lines.map(({ text }) => text));
    const published = await discoverKeys(source, { repositories, architectures: [apkName], now: today, signal });
    const trusted = additions.ignoreSignatures ? undefined : [...usableKeys(keyring, keys, published)];
    const read = await indexes.read(lines, apkName, trusted);
    const known = base === undefined ? read.indexes : [...read.indexes, baseImageIndex(base, apkName)];
    return { kind: "read", loaded, architecture, ...read, indexes: known };
  } catch (error) {
    return { kind: "failed", problem: problemOf(error, signal) };
  }
}
