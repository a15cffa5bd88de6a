import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Lockfile } from "../apko/lockfile.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { findProgram } from "../process/find-program.ts";
import type { Shell } from "../terminal/shell.ts";
import { fetchBusybox, type FetchBusyboxOptions } from "./fetch-busybox.ts";
import { readProgramFile } from "./static-program.ts";

/** A shell and small programs in one file that needs nothing of the image it is lent to. */
export interface Busybox {
  readonly bytes: Uint8Array;
  /** Where it comes from, for a person. */
  readonly origin: string;
}

export interface FindBusyboxOptions extends Omit<FetchBusyboxOptions, "lockfile"> {
  readonly shell: Pick<Shell, "workingDirectory" | "environment">;
  /** The path of one, where the call names it. */
  readonly path: string | undefined;
  /** Of the image; undefined for one that is named by its label. */
  readonly lockfile: Lockfile | undefined;
}

/**
 * Finds a static busybox: the one that the call names, this machine's own, or the package `busybox-static` of the
 * repositories that the image was locked from, verified as a lock verifies packages.
 *
 * @throws WolfiError `NO_BUSYBOX`
 */
export async function findBusybox(options: FindBusyboxOptions): Promise<Busybox> {
  const { shell, path, lockfile, architecture } = options;
  if (path !== undefined) {
    const found = await readStatic(resolve(shell.workingDirectory, path), architecture);
    if (found instanceof Uint8Array) return { bytes: found, origin: path };
    throw noBusybox(`"${path}" ${found}`);
  }
  const own = findProgram("busybox", shell.environment, shell.workingDirectory);
  if (own !== undefined) {
    const found = await readStatic(own, architecture);
    if (found instanceof Uint8Array) return { bytes: found, origin: `${own} of this machine` };
  }
  if (lockfile === undefined) throw noBusybox("this machine has no static one for it on its PATH");
  const fetched = await fetchBusybox({ ...options, lockfile });
  if (fetched !== undefined) return fetched;
  throw noBusybox("this machine has no static one on its PATH, and the image's repositories have no busybox-static");
}

/** @returns why it cannot be used, where it cannot */
async function readStatic(path: string, architecture: string): Promise<Uint8Array | string> {
  try {
    const bytes = await readFile(path);
    const file = readProgramFile(bytes);
    if (file === undefined) return "is no program of Linux";
    if (file.loader !== undefined) return "needs libraries: it has to be a static one";
    return file.architecture === architecture ? bytes : `is for ${file.architecture ?? "another processor"}`;
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}

function noBusybox(reason: string): WolfiError {
  return new WolfiError("NO_BUSYBOX", `Cannot lend the image a busybox: ${reason}`, {
    kind: "input",
    cure: "Install one (Debian and Ubuntu: apt-get install busybox-static), or name one: --busybox FILE",
  });
}
