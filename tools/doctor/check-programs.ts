import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findBazel, NO_BAZEL_CURE } from "../bazel/find-bazel.ts";
import { problemOf } from "../error/problem-of.ts";
import { containerEngines } from "../load/container-engine.ts";
import { findProgram } from "../process/find-program.ts";
import { ownEnvironment } from "../process/own-environment.ts";
import { runProgram } from "../process/run-program.ts";
import { askBubblewrap } from "../shell/run-in-bubblewrap.ts";
import type { Shell } from "../terminal/shell.ts";
import { type Check, needed, optional } from "./check.ts";

/** The programs that commands start. */
export async function checkPrograms(shell: Shell): Promise<readonly Check[]> {
  return Promise.all([
    checkBazel(shell),
    checkGit(shell),
    checkNode(shell),
    checkEngine(shell),
    checkBubblewrap(shell),
  ]);
}

async function checkBazel(shell: Shell): Promise<Check> {
  try {
    const path = findBazel(shell);
    if (path === undefined) return needed("bazel", false, "neither bazelisk nor bazel is on the PATH", NO_BAZEL_CURE);
    const { version, problem } = await versionOf(path, shell);
    if (version === undefined) {
      return needed("bazel", false, `${path} does not start: ${problem}`, "Call it yourself, and mend what it says");
    }
    const wanted = await readFile(join(shell.workspaceRoot, ".bazelversion"), "utf8").catch(() => "");
    const other =
      wanted.trim() === "" || wanted.trim() === version ? "" : `, and .bazelversion asks for ${wanted.trim()}`;
    return needed(
      "bazel",
      other === "",
      `${version}, ${path}${other}`,
      "Install Bazelisk, which brings just that version: https://github.com/bazelbuild/bazelisk",
    );
  } catch (error) {
    const { message, cure } = problemOf(error, shell.signal);
    return needed("bazel", false, message, cure);
  }
}

async function checkGit(shell: Shell): Promise<Check> {
  const path = findProgram("git", shell.environment, shell.workspaceRoot);
  const cure = "Install git; wolfi diff and the tags of pushes are made of its revisions";
  if (path === undefined) return needed("git", false, "it is not on the PATH", cure);
  const { version, problem } = await versionOf(path, shell);
  return needed("git", version !== undefined, version ?? `${path} does not start: ${problem}`, cure);
}

/** This program runs on one already; the launcher of `wolfi install` starts that of the PATH. */
async function checkNode(shell: Shell): Promise<Check> {
  const environment = ownEnvironment(shell.environment);
  const path = findProgram("node", environment, shell.workspaceRoot);
  const cure =
    "Install Node 24 or newer for a wolfi that starts without Bazel: https://nodejs.org. Bazel brings its own";
  if (path === undefined) return optional("node", false, "it is not on the PATH", cure);
  const { version = "" } = await versionOf(path, { ...shell, environment });
  const isNew = Number.parseInt(version, 10) >= 24;
  return optional("node", isNew, `${version === "" ? "does not start" : version}, ${path}`, cure);
}

async function checkEngine(shell: Shell): Promise<Check> {
  const engines = containerEngines({ environment: ownEnvironment(shell.environment), timeoutMs: 3000 });
  const answers = await Promise.all(engines.map(async ({ name, ask }) => ({ name, reason: await ask(shell.signal) })));
  const good = answers.filter(({ reason }) => reason === undefined).map(({ name }) => name);
  return optional(
    "container engine",
    good.length > 0,
    good.length > 0 ? good.join(", ") : answers.map(({ name, reason }) => `${name} ${reason}`).join("; "),
    "Install or start docker or podman to load images; wolfi shell works with bubblewrap too, and builds with neither",
  );
}

async function checkBubblewrap(shell: Shell): Promise<Check> {
  const reason = await askBubblewrap(shell);
  return optional(
    "bubblewrap",
    reason === undefined,
    reason === undefined ? "it works, and so do user namespaces" : `it ${reason}`,
    reason === "is not installed"
      ? "Install bubblewrap (bwrap) for wolfi shell without a container engine, on Linux"
      : "Allow user namespaces to ordinary users: sysctl kernel.unprivileged_userns_clone=1 or user.max_user_namespaces, or " +
          "an AppArmor profile for bwrap, as Ubuntu needs it",
  );
}

interface FoundVersion {
  readonly version: string | undefined;
  readonly problem: string;
}

/** Of `git version 2.53.0`, `bazel 7.7.1`, `v24.1.0`: the numbers. */
async function versionOf(
  path: string,
  shell: Pick<Shell, "environment" | "workspaceRoot" | "signal">,
): Promise<FoundVersion> {
  const timeout = AbortSignal.timeout(VERSION_TIMEOUT_MS);
  try {
    const { exitCode, stdout, stderr } = await runProgram({
      command: [path, "--version"],
      folder: shell.workspaceRoot,
      environment: ownEnvironment(shell.environment),
      signal: AbortSignal.any([shell.signal, timeout]),
    });
    const [version] = /\d+\.\d+[\w.-]*/.exec(stdout) ?? [];
    if (exitCode === 0) return { version, problem: "it does not say its version" };
    return { version: undefined, problem: stderr.trim().split("\n").at(-1) ?? `exit code ${exitCode}` };
  } catch (error) {
    shell.signal.throwIfAborted();
    const problem = timeout.aborted ? `no answer within ${VERSION_TIMEOUT_MS / 1000} s` : (error as Error).message;
    return { version: undefined, problem };
  }
}

/** Bazelisk may have to fetch Bazel first. */
const VERSION_TIMEOUT_MS = 60_000;
