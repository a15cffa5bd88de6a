import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { WolfiError } from "../../error/wolfi-error.ts";
import { openSource, type OpenSourceOptions } from "../../repository/open-source.ts";
import { compareAnswers, type CompareOptions, type Comparison } from "../../solver/testing/compare-answers.ts";
import type { OnLockEvent } from "../../sources/lock-event.ts";
import { type ApkoRun, runApko } from "../../testing/apko-oracle.ts";
import { serveFiles } from "../../testing/file-server.ts";
import { lockImage, type LockResult } from "../lock-images.ts";
import { type LockScenario, writeLockScenario } from "./lock-scenario.ts";

/** Compares our lockfile of a scenario, or why there is none, with apko's. */
export async function compareWithApko(
  folder: string,
  scenario: LockScenario,
  options: CompareOptions = {},
): Promise<Comparison> {
  await mkdir(folder, { recursive: true });
  await using server = await serveFiles(folder);
  await writeLockScenario(folder, scenario, server.url);
  const { architectures } = scenario;
  const args = architectures === undefined ? [] : ["--arch", architectures.join(",")];
  const result = await lockLocally(folder, architectures);
  const ours = result.kind === "locked" ? result.text : `failed: ${problemText(result.problems)}`;
  // Not before all answers are there may the server close.
  return await compareAnswers(
    ours,
    async () => {
      const theirs = await lockWithApko(folder, args);
      if (theirs.kind === "locked") return theirs.text;
      return result.kind === "failed" && isAlike(result.problems, theirs.reason) ? ours : `failed: ${theirs.reason}`;
    },
    options,
  );
}

/** Locks `image.yaml` of a folder as the command does, without writing the lockfile. */
export function lockLocally(
  folder: string,
  architectures?: readonly string[],
  options: Pick<OpenSourceOptions, "cache" | "isOffline"> = {},
  onEvent: OnLockEvent = () => {},
): Promise<LockResult> {
  const request = { name: "image", configuration: "image.yaml", lockfile: "none.json" };
  const source = openSource({ workingDirectory: folder, wait: () => Promise.resolve(), ...options });
  return lockImage(architectures === undefined ? request : { ...request, architectures }, {
    source,
    cachedHeads: source.cachedHeads,
    readFile: async (path) => {
      try {
        return await readFile(join(folder, path));
      } catch {
        return undefined;
      }
    },
    today: new Date(),
    signal: AbortSignal.timeout(60_000),
    onEvent,
  });
}

export type ApkoLock =
  { readonly kind: "locked"; readonly text: string } | { readonly kind: "failed"; readonly reason: string };

/** Locks `image.yaml` of a folder with apko, called there. */
export async function lockWithApko(folder: string, args: readonly string[] = []): Promise<ApkoLock> {
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  const output = "apko.lock.json";
  const run = await runApko(["lock", "image.yaml", "--output", output, ...args], { folder, home });
  if (run.exitCode === 0) return { kind: "locked", text: await readFile(join(folder, output), "utf8") };
  return { kind: "failed", reason: reasonOf(run) };
}

/** What apko says of why it failed, without its logs. */
export function reasonOf({ stderr }: ApkoRun): string {
  const reason = /^Error: ([^]*?)\n[^\n]* INFO error during command execution: /m.exec(stderr)?.[1];
  if (reason === undefined) throw new Error(`apko ended otherwise: ${stderr}`);
  return reason;
}

/** Whether we fail for apko's reason. What is wrong in the configuration itself we find before apko does. */
export function isAlike(problems: readonly WolfiError[], apkosReason: string): boolean {
  const isOfConfiguration = problems.every(({ message }) => message.startsWith("Cannot read image configuration: "));
  return isOfConfiguration || problemText(problems).includes(apkosOwn(apkosReason));
}

/** What problems say, all of it: apko's own words may be in any part of it. */
function problemText(problems: readonly WolfiError[]): string {
  return problems.map((problem) => [problem.message, ...Object.values(problem)].join("\n")).join("\n");
}

/**
 * The part of apko's error that is its own: the solver's reason, or what is wrong with a signature. Of others, which
 * are those of its libraries and of its layers, we have our own wording: "", which is part of every text.
 */
function apkosOwn(reason: string): string {
  const solver =
    /^failed to get package list for image: (?:resolving apk packages: for arch "amd64": )?((?:solving|constraining)[^]*)$/.exec(
      reason,
    )?.[1];
  const signature =
    /no keys provided to verify signature|no signature with known key|signature verification failed/.exec(reason)?.[0];
  return solver ?? signature ?? "";
}
