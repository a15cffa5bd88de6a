/**
 * `cut-segments --package FILE --cure TEXT (--segment "bytes=A-B CHECKSUM" --output FILE)...`: cuts segments out of a
 * package and checks each against what its lockfile says, before anything is written.
 *
 * A build action's tool: apko takes a data segment by its file name and does not look inside.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { parseArgs } from "node:util";
import { WolfiError } from "../error/wolfi-error.ts";
import { cutSegment } from "./cut-segment.ts";

const { values } = parseArgs({
  options: {
    package: { type: "string" },
    cure: { type: "string" },
    segment: { type: "string", multiple: true, default: [] },
    output: { type: "string", multiple: true, default: [] },
  },
});
const { package: file = "", cure = "", segment: segments, output: outputs } = values;

try {
  if (segments.length !== outputs.length) {
    throw new WolfiError("BAD_CALL", "Cannot cut segments: each --segment needs one --output", { kind: "input" });
  }
  const bytes = await readPackage();
  const cut = await Promise.all(segments.map((segment) => cutSegment(bytes, segment, basename(file))));
  for (const [index, segment] of cut.entries()) {
    const output = outputs[index]!;
    await mkdir(dirname(output), { recursive: true });
    await writeFile(output, segment);
  }
} catch (error) {
  if (!(error instanceof WolfiError)) throw error;
  console.error(`${error.message}\n${cure}`);
  process.exitCode = 1;
}

/** A version that the recipes no longer make is what a stale lockfile mostly names. */
async function readPackage(): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const message = `Cannot use ${basename(file)}: the repository in the workspace has no such package for ${basename(dirname(file))}`;
    throw new WolfiError("PACKAGE_MISSING", message, { kind: "input", cause: error });
  }
}
