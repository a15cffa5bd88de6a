import { chmod, lstat, readFile, rm, stat } from "node:fs/promises";
import { WolfiError } from "../error/wolfi-error.ts";
import { writeFilesWhole } from "../file/write-file.ts";
import { launcher, LAUNCHER_MARK } from "./launcher.ts";

/** What became of a launcher. */
export type LauncherChange = "installed" | "updated" | "unchanged" | "removed" | "absent";

/**
 * Writes the launcher, and the folder that it lies in.
 *
 * @throws WolfiError `FOREIGN_FILE` where the file is somebody else's, or `INSTALL_FAILED`
 */
export async function placeLauncher(path: string): Promise<LauncherChange> {
  const before = await readOwn(path, "install wolfi");
  const isExecutable = before !== undefined && ((await stat(path)).mode & 0o111) !== 0;
  if (before === launcher && isExecutable) return "unchanged";
  await reported("install wolfi", async () => {
    await writeFilesWhole([{ path, contents: launcher }]);
    await chmod(path, 0o755);
  });
  return before === undefined ? "installed" : "updated";
}

/** Removes it again. @throws as {@link placeLauncher} */
export async function removeLauncher(path: string): Promise<LauncherChange> {
  if ((await readOwn(path, "uninstall wolfi")) === undefined) return "absent";
  await reported("uninstall wolfi", () => rm(path));
  return "removed";
}

/** The launcher that is there, of any version; undefined where there is nothing. */
async function readOwn(path: string, action: string): Promise<string | undefined> {
  try {
    const isFile = (await lstat(path)).isFile();
    const text = isFile ? await readFile(path, "utf8") : "";
    if (text.includes(`\n${LAUNCHER_MARK}\n`)) return text;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw failure(action, error);
  }
  throw new WolfiError("FOREIGN_FILE", `Cannot ${action}: "${path}" is there already, and is not the launcher`, {
    kind: "input",
    cure: "Move it away, or name another folder with --bin",
  });
}

async function reported(action: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw failure(action, error);
  }
}

function failure(action: string, error: unknown): WolfiError {
  const reason = error instanceof Error ? error.message : String(error);
  return new WolfiError("INSTALL_FAILED", `Cannot ${action}: ${reason}`, {
    cause: error,
    cure: "Name a folder that you may write to: --bin FOLDER",
  });
}
