// Says how it was called: facts without machine paths, as JSON.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { lib } from "./lib/lib.mjs";

const { env } = process;
const [values, isSet] = [
  /^(CONFORMANCE_.*|JS_BINARY__(PACKAGE|TARGET|TARGET_NAME|WORKSPACE|COMPILATION_MODE)|BAZEL_(PACKAGE|TARGET|TARGET_NAME|WORKSPACE|COMPILATION_MODE))$/,
  /^(BAZEL_BINDIR|BUILD_WORKSPACE_DIRECTORY|BUILD_WORKING_DIRECTORY|JS_BINARY__(NODE_BINARY|RUNFILES|EXECROOT|BINDIR)|RUNFILES_DIR|TEST_TMPDIR|TEST_SRCDIR|TEST_TARGET|XML_OUTPUT_FILE)$/,
];
const names = Object.keys(env).sort();
const files = [
  "js/data.txt",
  "data.txt",
  "js/other.txt",
  "package.json",
  "tsconfig.json",
  "../tsconfig.json",
  "js/lib/lib.txt",
  "js/lib/base.d.mts",
];

const facts = {
  arguments: process.argv.slice(2),
  cwd: place(process.cwd()),
  entry: place(fileURLToPath(import.meta.url)),
  imported: lib,
  node: process.version,
  nodeOptions: { preloaded: globalThis.preloaded === true, stackTraceLimit: Error.stackTraceLimit },
  nodeOnPath: (env.PATH ?? "").split(":").some((folder) => existsSync(`${folder}/node`)),
  files: files.filter((file) => existsSync(file)),
  environment: Object.fromEntries(names.filter((name) => values.test(name)).map((name) => [name, env[name]])),
  alsoSet: names.filter((name) => isSet.test(name)),
};

const text = `${JSON.stringify(facts, null, 2)}\n`;
const file = option("out");
const folder = option("folder");
if (file !== undefined) {
  writeFileSync(file, text);
} else if (folder !== undefined) {
  mkdirSync(`${folder}/below`, { recursive: true });
  writeFileSync(`${folder}/one.txt`, "one\n");
  writeFileSync(`${folder}/below/two.txt`, "two\n");
} else {
  process.stdout.write(text);
}
process.exitCode = Number(option("exit") ?? 0);

function option(name) {
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
}

// The path below one of the two roots that the launcher names; which root it is, is a fact too.
function place(path) {
  for (const root of ["RUNFILES", "EXECROOT"]) {
    const below = relative(env[`JS_BINARY__${root}`] ?? "/nowhere", path);
    if (!below.startsWith("..")) return `${root}/${below.replace(/bazel-out\/[^/]+\//, "bazel-out/CFG/")}`;
  }
  return "elsewhere";
}
