/**
 * `bazel run //tools:format`: formats every file of the workspace that git knows, or would know if it were added.
 * Names each file that it changed.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { getFileInfo } from "prettier";
import { formatSource, hasFormat } from "./source-format.ts";

const root = process.env["BUILD_WORKSPACE_DIRECTORY"] ?? process.cwd();
const listed = await promisify(execFile)("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  maxBuffer: 2 ** 28,
});
let failures = 0;
for (const file of listed.stdout.split("\0").filter(hasFormat)) {
  const path = join(root, file);
  const { ignored } = await getFileInfo(path, { ignorePath: join(root, ".prettierignore") });
  if (ignored) continue;
  try {
    const source = await readFile(path, "utf8");
    const formatted = await formatSource(path, source);
    if (formatted === source) continue;
    await writeFile(path, formatted);
    console.log(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") continue; // deleted, but not yet in git
    failures += 1;
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
