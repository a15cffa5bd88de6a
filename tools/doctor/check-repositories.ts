import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apkArchitecture } from "../apko/architecture.ts";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import { parseRepositoryLine } from "../apko/repository-line.ts";
import { problemOf } from "../error/problem-of.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { findRequests } from "../options/find-requests.ts";
import type { CallContext } from "../options/repository-options.ts";
import { findProgram } from "../process/find-program.ts";
import { parseHttpAuth } from "../repository/credentials.ts";
import { indexUrl } from "../repository/fetch-index.ts";
import { mappingFinder } from "../repository/mapped-source.ts";
import { findLogin, netrcReader } from "../repository/netrc.ts";
import { openSource } from "../repository/open-source.ts";
import { describeStatus, isHttpUrl, readBody, type Source } from "../repository/source.ts";
import type { Shell } from "../terminal/shell.ts";
import { findWorkspaceRoot, workspaceReader } from "../terminal/workspace.ts";
import { type Check, needed, optional } from "./check.ts";

/** What the images of the workspace need: their configurations, and the servers that these name. */
export async function checkRepositories(context: CallContext): Promise<readonly Check[]> {
  const { shell, module } = context;
  if (findWorkspaceRoot(shell.workspaceRoot) === undefined) {
    const cure = "Call it in the workspace, or begin one: docs/adopt.md";
    return [needed("workspace", false, `no MODULE.bazel is in ${shell.workspaceRoot} or above it`, cure)];
  }
  try {
    const found = await findRepositories(context);
    const images = needed("images", true, `${found.imageCount} in ${module.imagesFolder}`);
    const reached = await reachAll(found.repositories, shell);
    const isLocal = needed("repositories", true, "all of them lie in the workspace");
    const credentials = await Promise.all(hostsOf(found.repositories).map((host) => checkCredential(host, shell)));
    return [images, ...(reached.length === 0 ? [isLocal] : reached), ...credentials, ...checkHelper(shell)];
  } catch (error) {
    const { message, cure } = problemOf(error, shell.signal);
    return [needed("images", false, message, cure)];
  }
}

interface FoundRepository {
  readonly url: string;
  readonly architecture: string;
}

interface FoundRepositories {
  readonly imageCount: number;
  /** Those that lie on servers. */
  readonly repositories: readonly FoundRepository[];
}

async function findRepositories({ shell, module }: CallContext): Promise<FoundRepositories> {
  const images = await findRequests([], {}, { shell, module, refuse: (reason) => new WolfiError("USAGE", reason) });
  const mapped = mappingFinder(new Map(module.repositories.map(({ url, folder }) => [url, folder])));
  const found = new Map<string, FoundRepository>();
  for (const { configuration } of images) {
    const loaded = await loadImageConfiguration(configuration, workspaceReader(shell));
    if (loaded.kind === "invalid") {
      const [first] = loaded.problems;
      throw new WolfiError("UNREADABLE_IMAGE", `${configuration} cannot be read: ${first?.message ?? ""}`, {
        cure: "Run: wolfi lock --check",
      });
    }
    const { contents, archs } = loaded.configuration;
    const architecture = apkArchitecture(archs[0]?.text ?? "x86_64");
    for (const { text } of [...contents.build_repositories, ...contents.repositories]) {
      const { url } = parseRepositoryLine(text);
      if (isHttpUrl(url) && mapped(url) === undefined) found.set(url, { url, architecture });
    }
  }
  return { imageCount: images.length, repositories: [...found.values()] };
}

async function reachAll(repositories: readonly FoundRepository[], shell: Shell): Promise<readonly Check[]> {
  const source = openSource({
    workingDirectory: shell.workspaceRoot,
    environment: shell.environment,
    // A person waits: what does not answer at once is said at once.
    wait: async () => {},
    timeouts: { connectTimeoutMs: TIMEOUT_MS, idleTimeoutMs: TIMEOUT_MS },
  });
  return Promise.all(repositories.map((repository) => reach(repository, source, shell)));
}

const TIMEOUT_MS = 5000;

/** Packed, Wolfi's has ten. */
const MAX_INDEX_BYTES = 100 * 1024 * 1024;

async function reach({ url, architecture }: FoundRepository, source: Source, shell: Shell): Promise<Check> {
  const shown = redactUrl(url);
  const index = indexUrl(url, architecture);
  const timeout = AbortSignal.timeout(2 * TIMEOUT_MS);
  const offline =
    "See docs/networks.md for proxies, mirrors and certificates; docs/cache.md and docs/vendor.md do without it";
  try {
    const signal = AbortSignal.any([shell.signal, timeout]);
    const response = await source.read(index, { signal, range: { start: 0, end: 0 } });
    // It has to be read; a source that knows no ranges sends the whole.
    await readBody(response.body, { url: index, maxBytes: MAX_INDEX_BYTES });
    const isThere = [200, 206].includes(response.status);
    if (isThere) return needed("repository", true, `${shown} answers`);
    return needed("repository", false, `${shown}: ${describeStatus(index, response.status)}`, response.cure ?? offline);
  } catch (error) {
    shell.signal.throwIfAborted();
    if (timeout.aborted)
      return needed("repository", false, `${shown} does not answer within ${(2 * TIMEOUT_MS) / 1000} s`, offline);
    const { message, cure } = problemOf(error);
    return needed("repository", false, message, cure ?? offline);
  }
}

function hostsOf(repositories: readonly FoundRepository[]): readonly string[] {
  return [...new Set(repositories.flatMap(({ url }) => URL.parse(url)?.host ?? []))];
}

/** Says where a login is, and nothing of what it is. */
async function checkCredential(host: string, { environment, workspaceRoot }: Shell): Promise<Check> {
  const name = `login for ${host}`;
  if (parseHttpAuth(environment["HTTP_AUTH"])?.host.toLowerCase() === host) return optional(name, true, "in HTTP_AUTH");
  try {
    const { file, entries } = await netrcReader(environment)();
    const login = findLogin(entries, host.replace(/:\d+$/, ""));
    if (login !== undefined) return optional(name, true, `in ${file}:${login.line}`);
    if (host === (environment["APKO_APK_HOST"] || "apk.cgr.dev")) {
      const isThere = findProgram("chainctl", environment, workspaceRoot) !== undefined;
      return optional(
        name,
        isThere,
        isThere ? "chainctl gives a token" : "chainctl is not on the PATH",
        "docs/networks.md",
      );
    }
    return optional(
      name,
      false,
      `none, neither in ${file} nor in HTTP_AUTH`,
      "Only a server that asks for one needs it: docs/networks.md",
    );
  } catch (error) {
    const { message, cure } = problemOf(error);
    return needed(name, false, message, cure);
  }
}

/** Of Bazel's own downloads. */
function checkHelper({ workspaceRoot }: Shell): readonly Check[] {
  const helpers = [".bazelrc", "user.bazelrc"].filter((name) => {
    try {
      return readFileSync(join(workspaceRoot, name), "utf8").includes("--credential_helper");
    } catch {
      return false;
    }
  });
  return helpers.length === 0
    ? []
    : [optional("credential helper", true, `in ${helpers.join(", ")}, for what Bazel fetches`)];
}
