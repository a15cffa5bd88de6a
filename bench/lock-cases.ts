import { readFileSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runGit } from "../tools/git/run-git.ts";
import type { Call } from "./measure.ts";
import { LARGE, type Setting, type Size, SMALL, WOLFI } from "./setting.ts";

export interface LockCase {
  readonly name: string;
  readonly command: "lock" | "resolve" | "check" | "diff" | "why";
  readonly size: Size;
  readonly imageCount: number;
  readonly architectures: readonly string[];
  /** Whether a run finds what an earlier one has left in its cache. */
  readonly isWarm: boolean;
}

const BOTH = ["x86_64", "aarch64"];

export const LOCK_CASES: readonly LockCase[] = [
  ...[false, true].flatMap((isWarm) =>
    [1, 10].flatMap((imageCount) =>
      [["x86_64"], BOTH].map((architectures) => ofSmall({ imageCount, architectures, isWarm })),
    ),
  ),
  ...[WOLFI, LARGE].flatMap((size) => [
    ofLarge(size, "lock", false),
    ofLarge(size, "lock", true),
    ofLarge(size, "resolve", true),
  ]),
  { ...ofLarge(WOLFI, "lock", true), name: "diff, 1 image, index of 47,802 records", command: "diff" },
  { ...ofLarge(WOLFI, "lock", true), name: "why, 1 image, index of 47,802 records", command: "why" },
  { name: "lock --check, 10 images", command: "check", size: SMALL, imageCount: 10, architectures: BOTH, isWarm: true },
];

function ofSmall(given: Pick<LockCase, "imageCount" | "architectures" | "isWarm">): LockCase {
  const images = given.imageCount === 1 ? "1 image" : `${given.imageCount} images`;
  const name = `lock, ${images}, ${given.isWarm ? "warm" : "cold"}, ${given.architectures.join(" and ")}`;
  return { name, command: "lock", size: SMALL, ...given };
}

function ofLarge(size: Size, command: "lock" | "resolve", isWarm: boolean): LockCase {
  const name = `${command}, 1 image, ${isWarm ? "warm" : "cold"}, index of ${size.recordCount.toLocaleString("en")} records`;
  return { name, command, size, imageCount: 1, architectures: ["x86_64"], isWarm };
}

/** Where the programs are. */
export interface Programs {
  readonly apko: string;
  readonly node: string;
  /** Ours, in one file. */
  readonly wolfi: string;
}

interface CallOptions extends Programs {
  /** Folder for what the program keeps from run to run. */
  readonly cache: string;
}

/** How apko does a case, image by image; it has nothing like `check`, `diff` and `why`. Its lockfiles are written into the cache. */
export function apkoCalls(
  given: LockCase,
  { workspace, images }: Setting,
  { apko, cache }: CallOptions,
): readonly Call[] {
  if (["check", "diff", "why"].includes(given.command)) return [];
  const arch = ["--arch", given.architectures.join(",")];
  return images.slice(0, given.imageCount).map((name): Call => {
    const configuration = `wolfi-images/${name}.yaml`;
    const args =
      given.command === "lock"
        ? ["lock", configuration, "--output", join(cache, `${name}.json`)]
        : ["show-packages", configuration];
    return { command: [apko, ...args, ...arch], folder: workspace, env: environment(cache) };
  });
}

/**
 * How we do a case: all images in one call. Our lockfiles are written beside the configurations; for `why`, that of the
 * first image has to be there.
 */
export function ourCalls(
  given: LockCase,
  { workspace, images }: Setting,
  { node, wolfi, cache }: CallOptions,
): readonly Call[] {
  const arch = given.architectures.flatMap((name) => ["--arch", name]);
  const args = {
    lock: ["lock", ...images.slice(0, given.imageCount), ...arch],
    resolve: ["resolve", "--config", `wolfi-images/${images[0]!}.yaml`, ...arch],
    check: ["lock", "--check"],
    diff: ["diff", images[0]!],
    why: ["why", images[0]!, given.command === "why" ? mostNeeded(workspace, images[0]!) : ""],
  }[given.command];
  return [{ command: [node, wolfi, ...args], folder: workspace, env: environment(cache) }];
}

/** Makes a git repository of the workspace, in whose HEAD the first image has the packages of the second. */
export async function commitOther({ workspace, images }: Setting): Promise<void> {
  const git = { folder: workspace, environment: process.env, signal: AbortSignal.timeout(60_000) };
  const run = async (...args: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await runGit(args, git);
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")} failed:\n${stderr}`);
  };
  await run("init", "--quiet");
  for (const end of [".yaml", ".lock.json"]) {
    const [first, second] = images.map((name) => join(workspace, "wolfi-images", `${name}${end}`)) as [string, string];
    const kept = await readFile(first);
    await copyFile(second, first);
    await run("add", first);
    await writeFile(first, kept);
  }
  await run("-c", "user.name=bench", "-c", "user.email=bench@bench.test", "commit", "--quiet", "--message=other");
}

/** The package of an image that most others lead to: the first that was invented. */
function mostNeeded(workspace: string, image: string): string {
  const text = readFileSync(join(workspace, "wolfi-images", `${image}.lock.json`), "utf8");
  const { contents } = JSON.parse(text) as { contents: { packages: readonly { readonly name: string }[] } };
  const numberOf = (name: string): number => Number(/\d+$/.exec(name)?.[0]);
  return contents.packages.map(({ name }) => name).toSorted((a, b) => numberOf(a) - numberOf(b))[0]!;
}

function environment(cache: string): Readonly<Record<string, string>> {
  return { HOME: cache, XDG_CACHE_HOME: cache };
}
