/**
 * `bazel run //tools/docs:test-pages [-- PAGE...]`: does in a copy of the workspace what README.md and the pages below
 * docs/ tell a person to do, and compares what is printed. Each page starts from the clean copy. The last line counts.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { findMissingOutput } from "./expect-output.ts";
import { findBrokenLinks } from "./links.ts";
import { parsePage, type Step } from "./page.ts";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

const root = process.env["BUILD_WORKSPACE_DIRECTORY"] ?? process.cwd();
const pages = process.argv.length > 2 ? process.argv.slice(2) : allPages();
const counts = { passed: 0, failed: 0, skipped: 0 };

for (const page of pages) {
  const links = findBrokenLinks(page, read(page)!, read);
  if (links.length === 0) pass(`${page}: links`);
  else fail(`${page}: links`, `they lead nowhere: ${links.join(", ")}`);
}
{
  await using copy = await copyWorkspace(root);
  for (const page of pages) {
    await testPage(page, copy);
    await copy.reset();
  }
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function allPages(): readonly string[] {
  const inDocs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...inDocs.map((name) => `docs/${name}`)];
}

async function testPage(page: string, copy: WorkspaceCopy): Promise<void> {
  let isBroken = false;
  // Where a `cd` has led, from the workspace's root.
  let folder = ".";
  for (const step of parsePage(read(page)!)) {
    const name = `${page}:${step.line}: ${describeStep(step)}`;
    if (isBroken) skip(name, "a step before it failed");
    else if (step.kind === "command" && step.run === "needs-network") skip(name, step.run);
    else {
      const started = performance.now();
      const problem = await testStep(step, copy, folder);
      if (step.kind === "command") folder = normalize(join(folder, /^cd (\S+)$/.exec(step.command)?.[1] ?? "."));
      isBroken = problem !== undefined;
      if (problem === undefined) pass(`${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
      else fail(name, problem);
    }
  }
}

function describeStep(step: Step): string {
  if (step.kind === "command") return step.command.split("\n")[0]!;
  if (step.kind === "file") return `writes ${step.path}`;
  const files = [...step.patch.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, file]) => file);
  return `edits ${files.join(", ")}`;
}

/** @returns what is wrong */
async function testStep(step: Step, copy: WorkspaceCopy, folder: string): Promise<string | undefined> {
  if (step.kind === "patch") {
    const { exitCode, output } = await copy.run("git apply --recount -", { input: step.patch });
    return exitCode === 0 ? undefined : output;
  }
  if (step.kind === "file") {
    const { exitCode, output } = await copy.run(`cat >'${step.path}'`, { input: step.contents, folder });
    return exitCode === 0 ? undefined : output;
  }
  if (step.run === "run-by-ci") {
    return read(".ci/run")!.includes(step.command) ? undefined : ".ci/run does not run it";
  }
  const { exitCode, output } = await copy.run(step.command, { folder });
  if (exitCode !== step.exitCode) return `exit code ${exitCode}, not ${step.exitCode}\n${output}`;
  const missing = findMissingOutput(step.expected, output);
  return missing === undefined ? undefined : `it does not print\n${missing.join("\n")}\nbut\n${output}`;
}

function read(path: string): string | undefined {
  const file = join(root, path);
  if (!existsSync(file)) return undefined;
  return statSync(file).isDirectory() ? "" : readFileSync(file, "utf8");
}

function pass(name: string): void {
  counts.passed += 1;
  console.log(`ok      ${name}`);
}

function fail(name: string, problem: string): void {
  counts.failed += 1;
  console.log(`not ok  ${name}\n${problem.split("\n").slice(-60).join("\n").replaceAll(/^/gm, "    ")}`);
}

function skip(name: string, reason: string): void {
  counts.skipped += 1;
  console.log(`skip    ${name} (${reason})`);
}
