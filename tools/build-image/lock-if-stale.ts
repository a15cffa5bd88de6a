import { resolve } from "node:path";
import { dirname } from "node:path/posix";
import { checkCurrent } from "../check/check-current.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { describeLocks } from "../lock/describe-locks.ts";
import { lockImages } from "../lock/lock-images.ts";
import { writeLockfiles } from "../lock/write-lockfiles.ts";
import type { CallContext } from "../options/repository-options.ts";
import { configuredLockOptions } from "../options/solve-options.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import type { ImageFiles } from "../workspace/find-images.ts";
import { readSettings } from "../workspace/settings.ts";

export type LockOutcome =
  | { readonly kind: "current" }
  /** The lockfile is written, if it changed; the lines say what changed. */
  | { readonly kind: "locked"; readonly lines: readonly string[] }
  | { readonly kind: "failed"; /** At least one. */ readonly problems: readonly WolfiError[] };

export interface LockIfStaleOptions {
  readonly context: CallContext;
  /** Ask no server. */
  readonly isOffline: boolean;
  /** Builds the repositories that lie in the workspace, by their labels. */
  readonly buildRepositories: (labels: readonly string[]) => Promise<void>;
}

/**
 * Locks an image whose configuration, or a file that this includes, is not what its lockfile was made from. A lockfile
 * that is missing or cannot be read is made anew.
 */
export async function lockIfStale(
  image: ImageFiles,
  { context, isOffline, buildRepositories }: LockIfStaleOptions,
): Promise<LockOutcome> {
  const { shell, reporter, module } = context;
  const readFile = workspaceReader(shell);
  const lockCommand = `${module.lockCommand} -- ${image.name}`;
  const problems = await checkCurrent({ ...image, lockCommand }, readFile);
  if (problems.length === 0) return { kind: "current" };
  if (problems.some(({ kind }) => kind !== "stale")) return { kind: "failed", problems };
  const settings = await readSettings(dirname(image.configuration), readFile);
  if (settings.kind === "invalid") return { kind: "failed", problems: settings.problems };
  reporter.note(`${image.name}: locking it, for ${reasonOf(problems)}`);
  const labels = module.repositories.flatMap(({ label }) => label ?? []);
  if (labels.length > 0) await buildRepositories(labels);
  const options = { arch: [], mirror: [], cache: true, ...(isOffline ? { offline: true as const } : {}) };
  const lockOptions = await configuredLockOptions(options, image.configuration, context);
  const locked = lockOptions === undefined ? [] : await lockImages([image], lockOptions);
  const results = await writeLockfiles(locked, (path) => resolve(shell.workspaceRoot, path));
  reporter.progress("");
  const failures = results.flatMap((result) => (result.kind === "failed" ? result.problems : []));
  if (failures.length > 0) return { kind: "failed", problems: failures };
  return { kind: "locked", lines: describeLocks(results).map(({ text }) => text) };
}

/** `Cannot use lockfile: it does not exist` → `it does not exist`. */
function reasonOf([problem]: readonly WolfiError[]): string {
  return (problem?.message ?? "").replace(/^[^:]*: /, "");
}
