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
import type { Located } from "../yaml/scalar-shapes.ts";
import type { SolveContext, SolveRequest } from "./solve-request.ts";

export interface ArchitectureRequest {
  readonly loaded: ValidConfiguration;
  /** The entries of the configuration's lists that are solved with, and what was added to them. */
  readonly repositories: readonly Located[];
  readonly ignoreSignatures: boolean;
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
  { loaded, repositories, ignoreSignatures, architecture, keyring, keys }: ArchitectureRequest,
  { configuration: file }: SolveRequest,
  { source, indexes, readFile, today, signal }: SolveContext,
): Promise<ReadArchitecture | FailedArchitecture> {
  const { baseimage } = loaded.configuration.contents;
  if (repositories.length === 0 && baseimage === undefined) {
    const message = `Cannot lock "${file}": it names no repository`;
    const cure = 'List one under "contents.repositories"';
    const problem = new WolfiError("NO_REPOSITORY", message, { kind: "input", position: { file }, cure });
    return { kind: "failed", problem };
  }
  try {
    const apkName = apkArchitecture(architecture);
    const base = baseimage && (await readBaseImage(baseimage, architecture, readFile));
    const published = await discoverKeys(source, {
      repositories: sortedSet(repositories.map(({ text }) => text)),
      architectures: [apkName],
      now: today,
      signal,
    });
    const trusted = ignoreSignatures ? undefined : [...usableKeys(keyring, keys, published)];
    const read = await indexes.read(repositories, apkName, trusted);
    const known = base === undefined ? read.indexes : [...read.indexes, baseImageIndex(base, apkName)];
    return { kind: "read", loaded, architecture, ...read, indexes: known };
  } catch (error) {
    return { kind: "failed", problem: problemOf(error, signal) };
  }
}
