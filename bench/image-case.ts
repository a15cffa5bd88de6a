import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type BazelCall, openBazel } from "./bazel.ts";
import { imageName, imageTarget, type Wiring } from "./image-workspace.ts";
import type { ServedRequest, SlowServer } from "./slow-server.ts";

export interface ImageCase {
  readonly wiring: Wiring;
  readonly imageCount: number;
  /** Laid out and locked. */
  readonly workspace: string;
  /** Bazel's command. */
  readonly bazel: readonly string[];
  /** How many images the no-op build is of. */
  readonly builtCount: number;
  readonly server: SlowServer;
  /** Publishes a new version of one package and locks the first image with it; gives the package's path. */
  readonly changePackage: () => Promise<string>;
}

export interface ImageResult {
  readonly wiring: Wiring;
  readonly imageCount: number;
  /** What was measured → how much. */
  readonly rows: ReadonlyMap<string, string>;
  /** What should hold, and does not. */
  readonly failures: readonly string[];
}

/** Builds, tests and changes a workspace of many images in a new output base, and measures it. */
export async function measureImages(given: ImageCase): Promise<ImageResult> {
  const { wiring, imageCount, workspace, server } = given;
  const isOurs = wiring === "one extension";
  const extension = isOurs ? "wolfi" : "apko";
  const rows = new Map<string, string>();
  const failures: string[] = [];
  const note = (name: string, value: string): void => {
    rows.set(name, value);
    process.stderr.write(`  ${name}: ${value}\n`);
  };
  await using bazel = await openBazel({ command: given.bazel, workspace });
  await bazel.prepare(["build", "--nobuild", "//warm:image"]);
  await bazel.prepare(["build", "//warm:tools"]);
  // For tests and `bazel run`, in the other configuration.
  if (isOurs) await bazel.prepare(["build", "@wolfi//tools/cli:wolfi.mjs", "@wolfi//tools:load"]);
  const built = Array.from({ length: Math.min(given.builtCount, imageCount) }, (_, at) => imageTarget(at));
  const tests = ["test", "--build_tests_only", "//cmd/..."];
  const requests: ServedRequest[] = [];
  const takeRequests = (): readonly ServedRequest[] => {
    const taken = server.takeRequests();
    requests.push(...taken);
    return taken;
  };

  server.takeRequests();
  const cold = await bazel.measure(["build", imageTarget(0)]);
  note("extension, first evaluation", extensionTime(cold, extension));
  note("cold build of one image", `${seconds(cold)}, ${cold.actions.length} actions, ${traffic(takeRequests())}`);
  const rest = await bazel.measure(["build", "--nobuild", "//cmd/..."]);
  note("all other packages: fetched and analysed", `${seconds(rest)}, ${traffic(takeRequests())}`);
  await bazel.measure(["build", ...built]);
  note(`no-op build of ${built.length} images`, seconds(await bazel.measure(["build", ...built])));
  if (isOurs) {
    note("test of all locks", seconds(await bazel.measure(tests)));
    note("no-op test of all locks", seconds(await bazel.measure(tests)));
  }
  takeRequests();

  const changed = await given.changePackage();
  server.takeRequests();
  const after = await bazel.measure(["build", ...built]);
  const asked = takeRequests();
  note("extension, after a change", extensionTime(after, extension));
  note(
    "one package of one image changed: build",
    `${seconds(after)}, ${after.actions.length} actions, ${traffic(asked)}`,
  );
  if (asked.some(({ path }) => !path.endsWith(changed))) failures.push(`a change refetched more than ${changed}`);
  const others = after.actions.filter(({ label }) => !label.includes(imageName(0)));
  if (others.length > 0) failures.push(`a change ran ${others.map(({ label }) => label).join(", ")}`);
  if (isOurs) {
    const tested = await bazel.measure(tests);
    note("one package of one image changed: tests", `${seconds(tested)}, ${tested.actions.length} actions`);
    const ran = tested.actions.filter(({ label }) => !label.includes(`//cmd/${imageName(0)}:`));
    if (ran.length > 0) failures.push(`a change ran ${ran.map(({ label }) => label).join(", ")}`);
    takeRequests();
  }

  const times = Map.groupBy(requests, ({ path, range }) => `${path} ${range}`);
  const most = [...times.values()].reduce((largest, { length }) => Math.max(largest, length), 0);
  const repeated = requests.length - times.size;
  note(
    "downloads",
    `${requests.length}, ${repeated} of them not the first of their bytes; at most ${most} of the same`,
  );
  if (repeated > 0) failures.push(`${repeated} downloads were not the first of their bytes`);
  const external = join(await bazel.info("output_base"), "external");
  note("repositories of packages", await usage(external, new RegExp(`[~+]${extension}[~+]`)));
  note("repository cache", await usage(bazel.repositoryCache, /^/));
  note("heap after collection", await bazel.info("used-heap-size-after-gc"));
  return { wiring, imageCount, rows, failures };
}

function extensionTime({ extensionsMs }: BazelCall, extension: string): string {
  const own = extensionsMs.filter(({ name }) => name.includes(extension));
  // rules_apko's own extension brings its toolchains too.
  if (own.length === 0) return "with the toolchains";
  const ms = own.reduce((sum, one) => sum + one.ms, 0);
  return `${ms.toFixed(0)} ms` + (own.length === 1 ? "" : ` in ${own.length} evaluations`);
}

function seconds({ elapsedMs }: BazelCall): string {
  return `${(elapsedMs / 1000).toFixed(1)} s`;
}

function traffic(requests: readonly ServedRequest[]): string {
  return `${requests.length} requests, ${megabytes(requests.reduce((sum, { bytes }) => sum + bytes, 0))}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

/** Of the entries of a folder whose names are like this. */
async function usage(folder: string, pattern: RegExp): Promise<string> {
  let fileCount = 0;
  let bytes = 0;
  const entries = (await readdir(folder)).filter((name) => !name.endsWith(".marker") && pattern.test(name));
  for (const entry of entries) {
    for (const file of await readdir(join(folder, entry), { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      fileCount++;
      bytes += (await lstat(join(file.parentPath, file.name))).size;
    }
  }
  return `${entries.length} folders, ${fileCount} files, ${megabytes(bytes)}`;
}
