/**
 * `write-labels --output FILE [--label NAME=VALUE]... SEGMENT...`: writes the labels, one a line, and behind them
 * `dev.wolfi.placeholders=NAME,…` for the packages whose control segments say that they hold a placeholder.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { readControlSegment } from "../apk/package-info.ts";
import { PLACEHOLDER_SUFFIX, PLACEHOLDERS_LABEL } from "../package/placeholder.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: "string", default: "" },
    label: { type: "string", multiple: true, default: [] },
  },
});

const labels = [...values.label];
const placeholders: string[] = [];
for (const file of positionals.filter((path) => path.endsWith(".ctl.tar.gz"))) {
  const { name, description } = readControlSegment(await readFile(file));
  if (description.endsWith(PLACEHOLDER_SUFFIX)) placeholders.push(name);
}
if (placeholders.length > 0) labels.push(`${PLACEHOLDERS_LABEL}=${placeholders.sort().join(",")}`);
await writeFile(values.output, labels.map((label) => `${label}\n`).join(""));
