import { WolfiError } from "../error/wolfi-error.ts";
import { proxyFinder } from "../repository/proxies.ts";
import { type FileLine, fileUrl } from "./file-url.ts";
import type { Forge } from "./forge.ts";
import { giteaForge, giteaHeaders } from "./gitea.ts";
import { githubForge, githubHeaders } from "./github.ts";
import { type RestClientOptions, restClient } from "./rest-client.ts";

export type HostKind = "github" | "gitea" | "git";

export interface OpenForgeOptions extends Pick<RestClientOptions, "signal" | "wait" | "now"> {
  /** @default GitHub where the remote is there, otherwise it has to be said */
  readonly kind?: HostKind | undefined;
  /** URL of its interface. @default that of the remote's host */
  readonly apiUrl?: string | undefined;
  /** As git has it. */
  readonly remoteUrl: string;
  /** `GITHUB_TOKEN`, `GITEA_TOKEN`, and what says of proxies; `GITHUB_API_URL` as workflows have it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface OpenedForge {
  /** None: the branch is pushed, and that is all. */
  readonly forge?: Forge;
  /** Page of a line; undefined where the host's pages are not known for certain. */
  readonly fileUrl?: (line: FileLine) => string;
  /** For git's own calls of that host, in its environment: in no argument, file or URL. */
  readonly gitEnvironment: Readonly<Record<string, string>>;
}

/** @throws WolfiError where the kind of host cannot be known, or there is no token for it */
export function openForge(options: OpenForgeOptions): OpenedForge {
  const { remoteUrl, environment, signal, wait, now } = options;
  const remote = parseRemote(remoteUrl);
  const kind = options.kind ?? (remote?.host === "github.com" ? "github" : undefined);
  if (kind === undefined) {
    throw usage(
      "it cannot be told what kind of host the remote is",
      "Say --host github, --host gitea, or --host git to push only",
    );
  }
  const name = kind === "gitea" ? "GITEA_TOKEN" : "GITHUB_TOKEN";
  const { [name]: token = "" } = environment;
  if (kind === "git") return { gitEnvironment: {} };
  if (remote === undefined) throw usage("the remote's URL names no host and git repository", "Name another --remote");
  if (token === "")
    throw usage(`${name} is not set`, `Set ${name} to a token: docs/update.md says what it has to be allowed`);
  const rest = (url: string, headers: Readonly<Record<string, string>>): ReturnType<typeof restClient> =>
    restClient({
      url: options.apiUrl?.replace(/\/+$/, "") ?? url,
      headers,
      findProxy: proxyFinder(environment),
      signal,
      ...(wait === undefined ? {} : { wait }),
      now,
    });
  const { origin, host, repository } = remote;
  const { GITHUB_API_URL: given = "" } = environment;
  const githubApi = host === "github.com" ? "https://api.github.com" : `https://${host}/api/v3`;
  // Where git speaks SSH is not always where the pages are.
  const site = origin ?? (host === "github.com" ? `https://${host}` : undefined);
  return {
    ...(site === undefined ? {} : { fileUrl: (line) => fileUrl(kind, `${site}/${repository}`, line) }),
    forge:
      kind === "github"
        ? githubForge(rest(given === "" ? githubApi : given, githubHeaders(token)), repository)
        : giteaForge(rest(`${origin ?? `https://${host}`}/api/v1`, giteaHeaders(token)), repository),
    gitEnvironment: origin === undefined ? {} : headerOf(origin, token),
  };
}

interface Remote {
  /** Where git speaks HTTP. */
  readonly origin?: string;
  readonly host: string;
  /** `OWNER/NAME` */
  readonly repository: string;
}

/** @returns undefined for a path, and for what has no owner and name */
function parseRemote(text: string): Remote | undefined {
  const [, sshHost, sshPath] = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)(.+)$/.exec(text) ?? [];
  const url = sshHost === undefined ? URL.parse(text) : null;
  const path = (sshPath ?? url?.pathname ?? "").replace(/^\/+|(\.git)?\/*$/g, "");
  const host = sshHost ?? url?.host ?? "";
  if (host === "" || !/^[\w.-]+\/[\w.-]+$/.test(path)) return undefined;
  return { host, repository: path, ...(url !== null && /^https?:$/.test(url.protocol) ? { origin: url.origin } : {}) };
}

/** The empty value takes the headers of the checkout's own settings away: two of them a host refuses. */
function headerOf(origin: string, token: string): Readonly<Record<string, string>> {
  const header = `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
  const key = `http.${origin}/.extraHeader`;
  return {
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: "",
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: header,
  };
}

function usage(reason: string, cure: string): WolfiError {
  return new WolfiError("HOST_UNKNOWN", `Cannot open pull requests: ${reason}`, { kind: "input", cure });
}
