import { mkdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../tools/testing/temporary-folder.ts";
import { apkoCalls, commitOther, type LockCase, LOCK_CASES, ourCalls, type Programs } from "./lock-cases.ts";
import { type Call, measure } from "./measure.ts";
import { openSetting, type Setting } from "./setting.ts";
import { type CaseResult, formatTable, type Sample } from "./table.ts";

const HELP = `Measures the lock against real apko, both in turn, with a repository that is far away:
30 ms before each answer, 20 MB/s for all of them together.

  --apko FILE     real apko
  --wolfi FILE    our program in one file
  --runs N        how often each case is run; medians are shown (default 5)
  --seed N        other seeds give other packages (default 1)
  --only TEXT     only the cases whose name has this text
  --folder DIR    where the repositories are made and kept (default: below the temporary folder)
`;

const { values: options } = parseArgs({
  options: {
    apko: { type: "string" },
    wolfi: { type: "string" },
    runs: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    folder: { type: "string", default: join(tmpdir(), "wolfi-bench") },
    help: { type: "boolean", default: false },
  },
});

if (options.help || options.apko === undefined || options.wolfi === undefined) {
  process.stdout.write(HELP);
  process.exitCode = options.help ? 0 : 2;
} else {
  // Under rules_js `process.execPath` is a script around Node.
  const node = process.env["JS_BINARY__NODE_BINARY"] ?? process.execPath;
  const results = await runCases(
    LOCK_CASES.filter(({ name }) => name.includes(options.only)),
    { node, apko: resolve(options.apko), wolfi: resolve(options.wolfi) },
  );
  process.stdout.write(`${formatTable(results)}\n`);
}

async function runCases(cases: readonly LockCase[], programs: Programs): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const [size, alike] of Map.groupBy(cases, (each) => each.size)) {
    process.stderr.write(`the repository "${size.name}"\n`);
    await using setting = await openSetting(size, resolve(options.folder), Number(options.seed));
    for (const each of alike) {
      process.stderr.write(`${each.name}\n`);
      results.push(await runCase(each, setting, programs));
    }
  }
  return results;
}

/** Runs a case, apko and ours in turn, and checks that both wrote the same bytes. */
async function runCase(given: LockCase, setting: Setting, programs: Programs): Promise<CaseResult> {
  await using apkoCache = await temporaryFolder();
  await using ourCache = await temporaryFolder();
  const theirs = apkoCalls(given, setting, { ...programs, cache: apkoCache.path });
  if (given.isWarm) {
    const imageCount = given.command === "diff" ? 2 : given.imageCount;
    const before: LockCase = theirs.length === 0 ? { ...given, command: "lock", imageCount } : given;
    await measure([...theirs, ...ourCalls(before, setting, { ...programs, cache: ourCache.path })]);
    if (given.command === "diff") await commitOther(setting);
  }
  const ours = ourCalls(given, setting, { ...programs, cache: ourCache.path });
  const result = { name: given.name, apko: [] as Sample[], ours: [] as Sample[] };
  for (let run = 0; run < Number(options.runs); run++) {
    if (!given.isWarm) for (const cache of [apkoCache, ourCache]) await empty(cache.path);
    if (theirs.length > 0) result.apko.push(await sample(theirs, setting));
    result.ours.push(await sample(ours, setting));
  }
  if (given.command === "lock") await compareLockfiles(given, setting, apkoCache.path);
  return result;
}

async function sample(calls: readonly Call[], { server }: Setting): Promise<Sample> {
  server.takeTraffic();
  const measurement = await measure(calls);
  return { ...measurement, ...server.takeTraffic() };
}

async function empty(folder: string): Promise<void> {
  await rm(folder, { recursive: true });
  await mkdir(folder);
}

async function compareLockfiles(given: LockCase, { workspace, images }: Setting, cache: string): Promise<void> {
  for (const name of images.slice(0, given.imageCount)) {
    const theirs = await readFile(join(cache, `${name}.json`));
    const ours = await readFile(join(workspace, "wolfi-images", `${name}.lock.json`));
    if (!ours.equals(theirs)) throw new Error(`${given.name}: the lockfile of ${name} is not apko's`);
  }
}
