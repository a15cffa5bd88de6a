// A program of another module: where it is, and whether it finds its package and its data.
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { parse } from "yaml";

const { env } = process;
const facts = {
  cwd: relative(env.JS_BINARY__RUNFILES, process.cwd()).startsWith("..")
    ? relative(env.JS_BINARY__EXECROOT, process.cwd()).replace(/bazel-out\/[^/]+\//, "bazel-out/CFG/")
    : relative(env.JS_BINARY__RUNFILES, process.cwd()),
  yaml: parse("{ a: [1, 2] }"),
  besideMe: readFileSync(new URL("tool.txt", import.meta.url), "utf8").trim(),
  rootpath: readFileSync(env.TOOL_TEXT, "utf8").trim(),
};
const text = `${JSON.stringify(facts, null, 2)}\n`;
const out = process.argv.find((argument) => argument.startsWith("--out="));
if (out === undefined) process.stdout.write(text);
else writeFileSync(out.slice("--out=".length), text);
