import { execFile } from "node:child_process";
import { join } from "node:path";

export interface BazelOptions {
  readonly workspace: string;
  /** The repository whose `bazelw` runs. */
  readonly repository: string;
  /** Variables for this call alone. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Before the command: `--output_base=…`. */
  readonly startup?: readonly string[];
}

/** What a command ended with, and all that it said. */
export interface Ending {
  readonly exitCode: number;
  readonly text: string;
}

/** Runs Bazel as a person in the workspace would, with nothing of what Bazel and rules_js gave this process. */
export function bazel(args: readonly string[], options: BazelOptions): Promise<Ending> {
  const command = [join(options.repository, "bazelw"), ...(options.startup ?? []), ...args];
  return run(command, { folder: options.workspace, environment: { ...ownEnvironment(), ...options.environment } });
}

/** Runs a program to its end, whatever that is. */
export function run(
  [program, ...args]: readonly string[],
  { folder, environment }: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    execFile(program!, args, { cwd: folder, env: { ...environment }, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ exitCode: Number(error?.code ?? 0), text: stderr + stdout });
    });
  });
}

const KEPT = ["HOME", "USER", "XDG_CACHE_HOME", "BAZELW_PROFILE", "NPM_CONFIG_REGISTRY"];

/** This process's environment, without logins and proxies: each case brings its own. */
export function ownEnvironment(): Readonly<Record<string, string>> {
  const path = (process.env["PATH"] ?? "").split(":").filter((folder) => !folder.includes(".runfiles/"));
  const kept = Object.entries(process.env).filter(([name]) => KEPT.includes(name)) as [string, string][];
  return { ...Object.fromEntries(kept), PATH: path.join(":"), NETRC: "/dev/null" };
}
