import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { format, resolveConfig } from "prettier";

// Of the package's launcher, which would start another Node for each file.
const { getNativeBinary } = createRequire(import.meta.url)("@bazel/buildifier/buildifier.js") as {
  readonly getNativeBinary: () => string;
};

/** Whether one of our formatters knows this file by its name. */
export function hasFormat(file: string): boolean {
  return isStarlark(file) || /\.(ts|mjs|json|md|yaml)$/.test(file);
}

export function isStarlark(file: string): boolean {
  return /(\.bzl|\.bazel)$/.test(file);
}

/**
 * Formats a source text: Starlark by buildifier, all else by Prettier with the workspace's settings.
 *
 * @throws Error with the formatter's words where the text cannot be parsed
 */
export async function formatSource(file: string, source: string): Promise<string> {
  if (isStarlark(file)) return (await buildifier([`--path=${file}`, "--lint=off"], source)).output;
  return format(source, { ...(await resolveConfig(file, { editorconfig: false })), filepath: file });
}

export interface BuildifierResult {
  readonly output: string;
  readonly warnings: string;
}

/** Runs buildifier on a text. What it warns about, with exit code 4, is a result. */
export async function buildifier(options: readonly string[], source: string): Promise<BuildifierResult> {
  const child = spawn(getNativeBinary(), options, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(source);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [code, output, warnings] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  if (code !== 0 && code !== 4) throw new Error(warnings.trim());
  return { output, warnings };
}
