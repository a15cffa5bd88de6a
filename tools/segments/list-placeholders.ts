/**
 * `list-placeholders --output FILE SEGMENT...`: writes the label `dev.wolfi.placeholders=NAME,…` for the packages whose
 * control segments say that they hold a placeholder; an empty file where every package is real.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { readControlSegment } from "../apk/package-info.ts";
import { PLACEHOLDER_SUFFIX, PLACEHOLDERS_LABEL } from "../package/placeholder.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { output: { type: "string", default: "" } },
});

const names: string[] = [];
for (const file of positionals.filter((path) => path.endsWith(".ctl.tar.gz"))) {
  const { name, description } = readControlSegment(await readFile(file));
  if (description.endsWith(PLACEHOLDER_SUFFIX)) names.push(name);
}
await writeFile(values.output, names.length === 0 ? "" : `${PLACEHOLDERS_LABEL}=${names.sort().join(",")}\n`);
