import { isAbsolute } from "node:path";

/** What the server is told by its environment. */
export interface Settings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Absolute path of the folder that holds the repositories. */
  readonly repositoriesFolder: string;
  /** The git program: a name, looked up on the PATH, or a path. */
  readonly git: string;
  readonly maxRunning: number;
  readonly maxWaiting: number;
  readonly maxRequestBytes: number;
  readonly stallTimeoutMs: number;
  readonly stopTimeoutMs: number;
}

export type SettingsResult =
  | { readonly kind: "settings"; readonly settings: Settings }
  /** Every problem there is, one sentence each. */
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/**
 * Each variable, its default and its meaning; the help is made of this.
 *
 * Other variables that begin with GITSERVER_ are ignored and none may be called GITSERVER_PORT:
 * Kubernetes sets such variables in every container for a service named "gitserver".
 */
const VARIABLES = {
  GITSERVER_ADDRESS: { fallback: "0.0.0.0:3178", meaning: "HOST:PORT to listen on, [HOST]:PORT for IPv6" },
  GITSERVER_REPOS: { fallback: "/data/repos", meaning: "folder of the repositories, an absolute path" },
  GITSERVER_GIT: { fallback: "git", meaning: "git program, 2.18 or newer" },
  GITSERVER_MAX_RUNNING: { fallback: "16", meaning: "git processes at one time" },
  GITSERVER_MAX_WAITING: { fallback: "64", meaning: "requests that may wait for one; more get 503" },
  GITSERVER_MAX_REQUEST_BYTES: { fallback: "67108864", meaning: "longest request body, unpacked" },
  GITSERVER_STALL_SECONDS: { fallback: "120", meaning: "a transfer in which nothing moves for so long is ended" },
  GITSERVER_STOP_SECONDS: { fallback: "25", meaning: "how long a stop waits for running transfers" },
} as const;

type Variable = keyof typeof VARIABLES;

/** Reads the settings from environment variables. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): SettingsResult {
  const problems: string[] = [];
  const text = (name: Variable): string => environment[name] ?? VARIABLES[name].fallback;
  const check = (isRight: boolean, name: Variable, expected: string): void => {
    if (!isRight) problems.push(`${name} must be ${expected}, not ${JSON.stringify(text(name))}`);
  };
  const integer = (name: Variable, least: number, most: number): number => {
    const value = /^\d{1,15}$/.test(text(name)) ? Number(text(name)) : Number.NaN;
    check(value >= least && value <= most, name, `a whole number from ${least} to ${most}`);
    return value;
  };

  const address = parseAddress(text("GITSERVER_ADDRESS"));
  check(address !== undefined, "GITSERVER_ADDRESS", "HOST:PORT or [HOST]:PORT with a port from 0 to 65535");
  check(isAbsolute(text("GITSERVER_REPOS")), "GITSERVER_REPOS", "an absolute path");
  check(text("GITSERVER_GIT") !== "", "GITSERVER_GIT", "the name or path of a program");
  const settings: Settings = {
    host: address?.host ?? "",
    port: address?.port ?? 0,
    repositoriesFolder: text("GITSERVER_REPOS"),
    git: text("GITSERVER_GIT"),
    maxRunning: integer("GITSERVER_MAX_RUNNING", 1, 1000),
    maxWaiting: integer("GITSERVER_MAX_WAITING", 0, 10_000),
    maxRequestBytes: integer("GITSERVER_MAX_REQUEST_BYTES", 1024, 2 ** 40),
    stallTimeoutMs: integer("GITSERVER_STALL_SECONDS", 1, 86_400) * 1000,
    stopTimeoutMs: integer("GITSERVER_STOP_SECONDS", 0, 86_400) * 1000,
  };
  return problems.length === 0 ? { kind: "settings", settings } : { kind: "invalid", problems };
}

/** One line for each variable, for the help. */
export function describeSettings(): string {
  return Object.entries(VARIABLES)
    .map(([name, { fallback, meaning }]) => `  ${name.padEnd(28)} ${meaning} (${fallback})\n`)
    .join("");
}

function parseAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
