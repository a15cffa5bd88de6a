import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { type Account, findIdentity, parseAccounts, parseGroups } from "../image/accounts.ts";
import { environmentOf } from "../image/environment.ts";
import type { ImageSettings } from "../image/image-documents.ts";
import { find, imageTree } from "../image/image-tree.ts";
import type { ImageFiles } from "../image/merge-layers.ts";
import { ownEnvironment } from "../process/own-environment.ts";
import { runProgram } from "../process/run-program.ts";
import type { Shell } from "../terminal/shell.ts";
import { DEBUG_FOLDER } from "./debug-folder.ts";
import { searchPath } from "./image-program.ts";
import { terminalFilter } from "./seccomp-filter.ts";

export interface BubblewrapOptions {
  readonly name: string;
  /** Where the image was unpacked. */
  readonly root: string;
  readonly files: ImageFiles;
  readonly settings: ImageSettings;
  readonly command: readonly string[];
  /** Lent to the image as {@link DEBUG_FOLDER}. */
  readonly debugFolder: string | undefined;
}

/**
 * Runs a program in an unpacked image as an engine would: its environment, working directory and user, processes,
 * mounts and host name of its own, and the machine's network.
 *
 * @returns its exit code
 * @throws WolfiError
 */
export async function runInBubblewrap(options: BubblewrapOptions, shell: Shell): Promise<number> {
  const { name, root, files, settings, command, debugFolder } = options;
  const { config } = settings;
  const { uid, gid, home } = findUser(options);
  const path = debugFolder === undefined ? searchPath(config) : `${searchPath(config)}:${DEBUG_FOLDER}`;
  const { TERM: term } = shell.environment;
  const variables = new Map([
    ["HOME", home],
    ...(term === undefined ? [] : [["TERM", term] as const]),
    ...environmentOf(config.Env),
    ["PATH", path],
  ]);
  lendNetworkFiles(root, files);
  const filter = terminalFilter(shell.hostArchitecture);
  const folder = config.WorkingDir === "" ? "/" : config.WorkingDir;
  const args = [
    [...NAMESPACES, "--hostname", hostName(name), "--uid", String(uid), "--gid", String(gid)],
    ["--die-with-parent", "--bind", root, "/", "--proc", "/proc", "--dev", "/dev"],
    debugFolder === undefined ? [] : ["--ro-bind", debugFolder, DEBUG_FOLDER],
    // As engines do, where no layer has it.
    ["--dir", folder, "--chdir", folder, "--clearenv"],
    [...variables].flatMap(([variable, value]) => ["--setenv", variable, value]),
    filter === undefined ? ["--new-session"] : ["--seccomp", "3"],
    ["--", ...command],
  ];
  const { exitCode } = await runProgram({
    command: ["bwrap", ...args.flat()],
    folder: root,
    environment: ownEnvironment(shell.environment),
    signal: shell.signal,
    stdin: shell.stdin,
    stdout: shell.stdout,
    stderr: shell.stderr,
    inputs: filter === undefined ? [] : [filter],
  });
  return exitCode;
}

const NAMESPACES = ["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts"];

/**
 * Says why bubblewrap cannot be used here.
 *
 * @returns such as `is not installed`; undefined where it works
 */
export async function askBubblewrap({
  environment,
  workspaceRoot,
  signal,
}: Pick<Shell, "environment" | "workspaceRoot" | "signal">): Promise<string | undefined> {
  try {
    const { exitCode, stderr } = await runProgram({
      command: ["bwrap", ...NAMESPACES, "--uid", "100", "--gid", "101", "--ro-bind", "/", "/", "--", "true"],
      folder: workspaceRoot,
      environment,
      signal,
    });
    return exitCode === 0 ? undefined : `does not work: ${stderr.trim().split("\n").at(-1) ?? ""}`;
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? "is not installed" : `cannot be started: ${message}`;
  }
}

function findUser({ name, root, files, settings }: BubblewrapOptions): {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
} {
  const accounts = parseAccounts(readText("etc/passwd", root, files));
  const found = findIdentity(settings.config.User, accounts, parseGroups(readText("etc/group", root, files)));
  if ("reason" in found) {
    throw new WolfiError("NO_USER", `Cannot start "${name}": ${found.reason}`, {
      cure: "Mend run-as or accounts in the image's configuration",
    });
  }
  const { uid, gids } = found.identity;
  const account: Account | undefined = accounts.find((entry) => entry.uid === uid);
  // bubblewrap takes one group, and the first is the user's own.
  return { uid, gid: [...gids][0] ?? 0, home: account?.home || "/" };
}

/** Of the image, and of nothing else: links are followed inside of it. */
function readText(path: string, root: string, files: ImageFiles): string {
  const found = find(imageTree(files), path, { followsLast: true });
  if (found.kind !== "file" || !["file", "link"].includes(found.file.type)) return "";
  return readFileSync(join(root, found.file.path), "utf8");
}

/** What engines put there: how this machine finds others. */
function lendNetworkFiles(root: string, files: ImageFiles): void {
  if (files.get("etc")?.type !== "directory") return;
  for (const name of ["resolv.conf", "hosts"]) {
    const source = `/etc/${name}`;
    const target = join(root, "etc", name);
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (!existsSync(source) || there?.isDirectory() === true) continue;
    rmSync(target, { force: true });
    writeFileSync(target, readFileSync(source), { mode: 0o644 });
  }
}

/** hostname(7): letters, digits and hyphens. */
function hostName(name: string): string {
  return (
    name
      .replaceAll(/[^A-Za-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "")
      .slice(0, 63) || "image"
  );
}
