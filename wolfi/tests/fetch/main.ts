/**
 * What a build asks of a package server, by the server's own log: `fetch_test WOLFI [PATTERN]`. Cases build on those
 * before them; only those up to the last whose name matches are run. The last line counts.
 */
import { resolve } from "node:path";
import { CASES, IMAGES } from "./cases.ts";
import { openSetting } from "./setting.ts";

const [wolfi = "", pattern = ""] = process.argv.slice(2);
const repository = process.env["BUILD_WORKSPACE_DIRECTORY"];
if (repository === undefined) throw new Error("start it by .ci/fetch-test");

let failed = 0;
const last = CASES.findLastIndex(([name]) => new RegExp(pattern).test(name));
await using setting = await openSetting(IMAGES, { repository, wolfi: resolve(wolfi) });
for (const [name, run] of CASES.slice(0, last + 1)) {
  const startMs = Date.now();
  let problem: unknown;
  try {
    await run(setting);
  } catch (error) {
    failed += 1;
    problem = error;
  }
  console.log(
    `${problem === undefined ? "ok    " : "not ok"}  ${name} (${Math.round((Date.now() - startMs) / 1000)} s)`,
  );
  if (problem !== undefined) console.log(problem instanceof Error ? problem.message : problem);
}
console.log(`${last + 1 - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
