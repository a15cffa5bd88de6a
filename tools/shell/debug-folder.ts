import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../process/own-environment.ts";
import { runProgram } from "../process/run-program.ts";

/** Where a busybox from outside is, inside of an image. */
export const DEBUG_FOLDER = "/.wolfi-debug";

/**
 * Makes the folder that is lent to an image: busybox, and each program that it can be by its name. Where this machine
 * cannot run it, there is only `sh` besides itself.
 */
export async function makeDebugFolder(
  folder: string,
  bytes: Uint8Array,
  { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<void> {
  await mkdir(folder);
  const program = join(folder, "busybox");
  await writeFile(program, bytes, { mode: 0o755 });
  const names = new Set(["sh", ...(await listPrograms(program, { folder, environment, signal }))]);
  for (const name of names) {
    if (/^[\w.[-]+$/.test(name) && name !== "busybox") await symlink("busybox", join(folder, name));
  }
}

async function listPrograms(
  program: string,
  call: { readonly folder: string; readonly environment: Environment; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  try {
    const { exitCode, stdout } = await runProgram({ ...call, command: [program, "--list"] });
    return exitCode === 0 ? stdout.split(/\s+/).filter((name) => name !== "") : [];
  } catch {
    call.signal.throwIfAborted();
    return [];
  }
}
