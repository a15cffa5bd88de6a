import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runProgram } from "../process/run-program.ts";
import type { Shell } from "../terminal/shell.ts";
import { type Check, needed } from "./check.ts";

/** What the machine has to offer: a workspace, a folder for what servers send, space in it, a clock. */
export async function checkMachine(shell: Shell): Promise<readonly Check[]> {
  const { cacheFolder } = shell;
  if (cacheFolder === undefined) {
    const cure = "Set HOME, or XDG_CACHE_HOME to an absolute path";
    return [needed("cache folder", false, "nobody knows where your home is", cure), await checkClock(shell)];
  }
  return [await checkCache(cacheFolder), await checkSpace(cacheFolder), await checkClock(shell)];
}

async function checkCache(folder: string): Promise<Check> {
  let made: string | undefined;
  try {
    made = await mkdir(folder, { recursive: true });
    await rm(await mkdtemp(join(folder, ".doctor-")), { recursive: true });
    return needed("cache folder", true, `${folder} can be written to`);
  } catch (error) {
    const cure = "Make it yours, or set XDG_CACHE_HOME to a folder that is";
    return needed("cache folder", false, `${folder} cannot be written to: ${(error as Error).message}`, cure);
  } finally {
    // It is made when there is something to keep.
    if (made !== undefined) await rm(made, { recursive: true, force: true });
  }
}

/** Of a base image's packages, their unpacked files and Bazel's copies. */
const NEEDED_BYTES = 2 * 1024 ** 3;

async function checkSpace(folder: string): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(nearest(folder));
    const free = bavail * bsize;
    const gibibytes = (free / 1024 ** 3).toFixed(1);
    const cure = "Make room: `bazel clean --expunge`, or remove the folder, which is only a cache";
    return needed("disk space", free >= NEEDED_BYTES, `${gibibytes} GiB are free at ${folder}`, cure);
  } catch (error) {
    return needed("disk space", false, `it cannot be known: ${(error as Error).message}`);
  }
}

function nearest(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : nearest(dirname(folder));
}

const DAY_MS = 86_400_000;

/** What was committed cannot be of tomorrow: certificates and cooling-off go by the clock. */
async function checkClock({ today, environment, workspaceRoot, signal }: Shell): Promise<Check> {
  const call = { folder: workspaceRoot, environment, signal };
  const found = await runProgram({ ...call, command: ["git", "log", "-1", "--format=%ct"] }).catch(() => undefined);
  signal.throwIfAborted();
  const committed = new Date(Number(found?.stdout.trim() ?? "0") * 1000);
  const isRight = !(committed.getTime() > today.getTime() + DAY_MS);
  const shown = `it says ${today.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const wrong = `${shown}, and the last commit is of ${committed.toISOString().slice(0, 10)}`;
  return needed("clock", isRight, isRight ? shown : wrong, "Set it: timedatectl set-ntp true");
}
