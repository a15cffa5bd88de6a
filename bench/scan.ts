import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../tools/testing/temporary-folder.ts";
import { type Call, measure } from "./measure.ts";
import { openSetting, type Setting, SMALL } from "./setting.ts";
import { writeSyntheticFeed } from "./synthetic-advisories.ts";
import { type CaseResult, formatTable, type Sample } from "./table.ts";

const HELP = `Measures the scan of ten images with a feed of vulnerabilities as large as Chainguard's, from a server
that is far away: 30 ms before each answer, 20 MB/s for all of them together.

  --wolfi FILE    our program in one file
  --records N     how many records the feed has (default 837000, as in 2026)
  --runs N        how often each case is run; medians are shown (default 3)
  --folder DIR    where repository and feed are made and kept (default: below the temporary folder)
`;

const { values: options } = parseArgs({
  options: {
    wolfi: { type: "string" },
    records: { type: "string", default: "837000" },
    runs: { type: "string", default: "3" },
    folder: { type: "string", default: join(tmpdir(), "wolfi-bench") },
    help: { type: "boolean", default: false },
  },
});

const FEED = "chainguard-osv.tar.gz";

if (options.help || options.wolfi === undefined) {
  process.stdout.write(HELP);
  process.exitCode = options.help ? 0 : 2;
} else {
  const folder = resolve(options.folder);
  await using setting = await openSetting(SMALL, folder, 1);
  // Under rules_js `process.execPath` is a script around Node.
  const node = process.env["JS_BINARY__NODE_BINARY"] ?? process.execPath;
  process.stdout.write(`${formatTable(await runCases(setting, [node, resolve(options.wolfi)], folder))}\n`);
}

async function runCases(setting: Setting, program: readonly string[], folder: string): Promise<readonly CaseResult[]> {
  const { server, workspace } = setting;
  await using cache = await temporaryFolder();
  const call = (...args: readonly string[]): Call => {
    return { command: [...program, ...args, "--cache-dir", cache.path], folder: workspace, env: {} };
  };
  const lock = call("lock", "--arch", SMALL.architectures.join(","));
  await measure([lock]);
  const repository = join(folder, `${SMALL.name}-1`, "repository");
  await writeSyntheticFeed(join(repository, FEED), {
    seed: 1,
    packageNames: await inventNames(workspace),
    recordCount: Number(options.records),
    architectures: SMALL.architectures,
  });
  const scan = (data: string, ...more: readonly string[]): Call => call("scan", "--data", data, ...more);
  const results: CaseResult[] = [];
  for (const [name, isCold, one] of [
    ["scan, 10 images, cold", true, scan(`${server.url}/${FEED}`)],
    ["scan, 10 images, warm", false, scan(`${server.url}/${FEED}`)],
    ["scan, 10 images, offline", false, scan(`${server.url}/${FEED}`, "--offline")],
    ["scan, 10 images, the feed in a file", false, scan(join(repository, FEED))],
  ] as const) {
    const ours: Sample[] = [];
    for (let run = 0; run < Number(options.runs); run++) {
      if (isCold) {
        await rm(join(cache.path, "v1"), { recursive: true, force: true });
        await measure([lock]);
      }
      server.takeTraffic();
      const measured = await measure([one]);
      ours.push({ ...measured, ...server.takeTraffic() });
    }
    results.push({ name, apko: [], ours });
  }
  return results;
}

/** As many as Wolfi's feed has, those of the locked packages among them. */
async function inventNames(workspace: string): Promise<readonly string[]> {
  const lockfiles = await Promise.all(
    Array.from({ length: 10 }, (_, at) => readFile(join(workspace, `wolfi-images/image${at}.lock.json`), "utf8")),
  );
  type Lockfile = { readonly contents: { readonly packages: readonly { readonly name: string }[] } };
  const locked = lockfiles.flatMap((text) => (JSON.parse(text) as Lockfile).contents.packages.map(({ name }) => name));
  const names = new Set(locked);
  for (let at = 0; names.size < 3623; at++) names.add(`other-${at}`);
  return [...names].sort();
}
