/**
 * `bazel run //tools/pipelines:validate -- FOLDER`: compares the files of the pipelines with the schemas of their hosts,
 * which are in the folder: `github-workflows.json`, `github-actions.json`, `buildkite.json`. Files that are made wrong
 * have to be refused. The last line counts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { parseDocument } from "yaml";
import { type PipelineFile, type PipelineKind, readPipelineFiles } from "./pipeline-files.ts";

const files = readPipelineFiles(process.env["BUILD_WORKSPACE_DIRECTORY"] ?? process.cwd());
const counts = { passed: 0, failed: 0 };
const validators = {
  workflow: schema("github-workflows.json"),
  action: schema("github-actions.json"),
  buildkite: schema("buildkite.json"),
} satisfies Record<PipelineKind, ValidateFunction>;

/** What no file of its kind may have, and where it is put; left out in a file that has no such place. */
const MISTAKES: Record<PipelineKind, readonly (readonly [path: readonly (string | number)[], value: unknown])[]> = {
  workflow: [
    [["permission"], {}],
    [["permissions"], { contents: "wrote" }],
    [["jobs", "test", "timeout"], 60],
    [["jobs", "update", "timeout"], 60],
    [["on"], { schedule: "37 4 * * *" }],
    [["concurrency"], { "cancel-in-progress": false }],
  ],
  action: [
    [["runs", "steps", 0, "shell"], 3],
    [["outputs", "key", "description"], ["text"]],
  ],
  buildkite: [
    [["steps", 0, "timeout"], 60],
    [["steps", 0, "concurrency"], "one"],
    [["steps", 0, "secrets"], "WOLFI_UPDATE_TOKEN"],
  ],
};

for (const file of files) {
  count(`${file.path} is as its host has it`, findDifferences(file));
  for (const [path, value] of MISTAKES[file.kind]) {
    const document = parseDocument(file.text);
    if (!document.hasIn(path.slice(0, -1))) continue;
    document.setIn(path, value);
    const differences = findDifferences({ ...file, text: document.toString() });
    count(
      `${file.path} is refused with ${path.join(".")}: ${JSON.stringify(value)}`,
      differences === "" ? "it is not" : "",
    );
  }
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function schema(name: string): ValidateFunction {
  const text = readFileSync(join(process.argv[2] ?? ".", name), "utf8");
  // The schemas are others': what they hold beside rules, and formats of text, is not ours to judge.
  return new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(JSON.parse(text) as object);
}

/** @returns "" where there are none */
function findDifferences({ kind, text }: PipelineFile): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return document.errors.map(({ message }) => message).join("\n");
  const validate = validators[kind];
  if (validate(document.toJS())) return "";
  return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`).join("\n");
}

function count(name: string, problem: string): void {
  const isRight = problem === "";
  counts[isRight ? "passed" : "failed"]++;
  console.log(isRight ? `ok      ${name}` : `not ok  ${name}\n${problem}`);
}
