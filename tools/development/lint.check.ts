/** One case for each file after `--`: oxlint, or buildifier for Starlark, finds nothing in it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, suite, test } from "node:test";
import { lintTypeScript } from "./type-script-lint.ts";
import { buildifier, isStarlark } from "./source-format.ts";
import { testArguments } from "./test-arguments.ts";

const files = testArguments(process.argv);
const typeScript = files.filter((file) => !isStarlark(file));

for (const file of files.filter(isStarlark)) {
  test(`buildifier finds nothing in ${file}`, async () => {
    const options = [`--path=${file}`, "--mode=fix", "--lint=warn"];
    assert.equal((await buildifier(options, await readFile(file, "utf8"))).warnings, "");
  });
}

if (typeScript.length > 0) {
  suite("oxlint finds nothing", () => {
    let findings: ReadonlyMap<string, readonly string[]>;
    before(async () => {
      findings = await lintTypeScript(typeScript);
    });
    for (const file of typeScript) {
      test(`in ${file}`, () => assert.deepEqual(findings.get(file) ?? [], []));
    }
  });
}
