/**
 * `write-tags --output FILE [--status FILE]... -- TAG...`: writes the tags of an image, one a line, with the placeholders
 * filled in from Bazel's workspace status; without `--status` those with a placeholder are left out.
 *
 * A build action's tool.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { WolfiError } from "../error/wolfi-error.ts";
import { readWorkspaceStatus, stampTags } from "./stamp-tags.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: "string", default: "" },
    status: { type: "string", multiple: true },
  },
});

try {
  const files = values.status && (await Promise.all(values.status.map((file) => readFile(file, "utf8"))));
  const tags = stampTags(positionals, files && readWorkspaceStatus(files));
  await writeFile(values.output, tags.map((tag) => `${tag}\n`).join(""));
} catch (error) {
  if (!(error instanceof WolfiError)) throw error;
  console.error(`${error.message}\n${error.cure ?? ""}`);
  process.exitCode = 1;
}
