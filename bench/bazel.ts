import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

export interface BazelOptions {
  /** What is called, e.g. `["/path/to/bazelw"]`. */
  readonly command: readonly string[];
  readonly workspace: string;
}

/** What one call did, from its own profile and logs. */
export interface BazelCall {
  /** As Bazel says itself, without the client's start and without waiting for another call to end. */
  readonly elapsedMs: number;
  /** How long module extensions took, by what the profile calls them. */
  readonly extensionsMs: readonly { readonly name: string; readonly ms: number }[];
  /** Actions that ran a program: neither from a cache nor done before. */
  readonly actions: readonly RanAction[];
}

export interface RanAction {
  readonly mnemonic: string;
  readonly label: string;
}

/** Bazel on one workspace, in a new output base that is gone when it is disposed. */
export interface Bazel extends AsyncDisposable {
  /** Calls `build` or `test` with the machine's caches. */
  prepare(args: readonly string[]): Promise<void>;
  /**
   * Calls `build` or `test` with a repository cache of the workspace's own and without a disk cache.
   *
   * @throws where it fails, with what it said
   */
  measure(args: readonly string[]): Promise<BazelCall>;
  info(key: string): Promise<string>;
  readonly repositoryCache: string;
}

export async function openBazel({ command, workspace }: BazelOptions): Promise<Bazel> {
  // In the workspace: nothing else is at the same path inside of what bazelw runs Bazel in.
  const folder = join(workspace, ".bench");
  const repositoryCache = join(folder, "repository-cache");
  const profile = join(folder, "profile.json");
  const log = join(folder, "actions.json");
  const call = (args: readonly string[]): Promise<string> => run([...command, ...args], workspace);
  // An interrupted run may have left its output base.
  await call(["clean", "--expunge"]);
  await mkdir(repositoryCache, { recursive: true });
  return {
    repositoryCache,
    async prepare([name = "build", ...args]) {
      // What stays in the disk cache, the calls without it would have to build again.
      await call([name, "--remote_download_outputs=all", ...args]);
    },
    async measure([name = "build", ...args]) {
      await rm(log, { force: true });
      const said = await call([
        name,
        `--repository_cache=${repositoryCache}`,
        "--disk_cache=",
        `--profile=${profile}`,
        "--noslim_profile",
        `--execution_log_json_file=${log}`,
        ...args,
      ]);
      return {
        elapsedMs: Number(/Elapsed time: ([\d.]+)s/.exec(said)?.[1] ?? NaN) * 1000,
        extensionsMs: extensionTimes(await readFile(profile, "utf8")),
        actions: ranActions(await readFile(log, "utf8")),
      };
    },
    info: async (key) => (await call(["info", key])).trim().split("\n").at(-1) ?? "",
    async [Symbol.asyncDispose]() {
      await call(["clean", "--expunge"]);
    },
  };
}

/** Reads the times of module extensions out of a JSON trace profile of Bazel. Evaluations that started over count. */
export function extensionTimes(profile: string): readonly { readonly name: string; readonly ms: number }[] {
  const { traceEvents } = JSON.parse(profile) as { traceEvents: readonly { name?: string; dur?: number }[] };
  return traceEvents.flatMap(({ name = "", dur = 0 }) =>
    name.startsWith("evaluate module extension: ") ? [{ name: name.split(": ")[1]!, ms: dur / 1000 }] : [],
  );
}

/** Reads the programs that were run out of an execution log of Bazel: objects of JSON, one after the other. */
export function ranActions(log: string): readonly RanAction[] {
  return log
    .split(/^\}\{?$/m)
    .filter((text) => text.trim() !== "")
    .map((text) => JSON.parse(`{${text.replace(/^\s*\{/, "")}}`) as Record<string, unknown>)
    .filter(({ cacheHit }) => cacheHit !== true)
    .map(({ mnemonic, targetLabel }) => ({ mnemonic: String(mnemonic), label: String(targetLabel) }));
}

async function run(command: readonly string[], folder: string): Promise<string> {
  // Without what rules_js sets for a program that `bazel run` starts.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(JS_BINARY__|RUNFILES|BAZEL_|BUILD_|NODE_)/.test(name)),
  );
  const child = spawn(command[0]!, command.slice(1), { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stderr, child.stdout]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} failed:\n${said}`);
  return said;
}
