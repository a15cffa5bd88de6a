import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** Real Gitea, or why a test that needs it is skipped: `test(name, { skip: giteaBinary().skip }, …)`. */
export type GiteaBinary =
  { readonly skip: false; readonly path: string } | { readonly skip: string; readonly path: undefined };

/** Finds Gitea by the environment variable `WOLFI_GITEA`. */
export function giteaBinary(): GiteaBinary {
  const path = process.env["WOLFI_GITEA"];
  return path === undefined || path === ""
    ? { skip: "WOLFI_GITEA is not set to a Gitea binary: .ci/gitea-test --build makes one", path: undefined }
    : { skip: false, path: resolve(path) };
}

/** A Gitea of a test, on a port of the loopback interface, with the administrator `person` and the user `robot`. */
export interface GiteaServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Of `person`: it may do everything. */
  readonly token: string;
  /** Calls the interface as `person`. @throws where it does not answer with success */
  call<Answer>(method: string, path: string, content?: unknown): Promise<Answer>;
  /** @param scopes what it may do: `["write:repository"]` @returns the token */
  makeToken(user: string, name: string, scopes: readonly string[]): Promise<string>;
  removeToken(user: string, name: string): Promise<void>;
  /** Ends at once, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Starts anew on the same port, with what is on disk. */
  start(): Promise<void>;
}

export interface GiteaOptions {
  /** Its program. Where `templates` lie beside it, it was built without them in it. */
  readonly path: string;
  /** An empty folder, for all that it writes. */
  readonly folder: string;
  /** How many entries of a list one answer has at the most. */
  readonly pageSize: number;
}

const PASSWORD = "Pa55-word-x";

/** @throws with what it said where it does not start */
export async function serveGitea({ path, folder, pageSize }: GiteaOptions): Promise<GiteaServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configuration = join(folder, "app.ini");
  await mkdir(join(folder, "log"));
  await writeFile(configuration, configurationOf({ path, folder, port, pageSize }));
  // It refuses root otherwise, and who tests in a container is that.
  const env = { PATH: process.env["PATH"], HOME: folder, GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: "true" };
  // Its warnings go to the standard output too, above what was asked for.
  const run = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(path, ["--config", configuration, ...args], { env })).stdout.trim().split("\n").at(-1)!;
  await run("migrate");
  for (const [name, ...more] of [["person", "--admin"], ["robot"]] as const) {
    const user = ["--username", name, "--password", PASSWORD, "--email", `${name}@users.test`];
    await run("admin", "user", "create", ...user, "--must-change-password=false", ...more);
  }
  const tokenOf = (user: string, name: string, scopes: string): Promise<string> =>
    run(
      "admin",
      "user",
      "generate-access-token",
      "--username",
      user,
      "--token-name",
      name,
      "--scopes",
      scopes,
      "--raw",
    );
  const token = await tokenOf("person", "test", "all");

  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };
  process.once("exit", () => child?.kill("SIGKILL"));
  const start = async (): Promise<void> => {
    const log = await open(join(folder, "log/web"), "a");
    child = spawn(path, ["--config", configuration, "web"], { env, stdio: ["ignore", log.fd, log.fd] });
    await log.close();
    for (let tries = 0; tries < 150 && child.exitCode === null; tries++) {
      if (await isUp(url)) return;
      await delay(100);
    }
    await kill();
    throw new Error(`Gitea does not start:\n${await readFile(join(folder, "log/web"), "utf8")}`);
  };
  await start();

  async function call<Answer>(
    method: string,
    at: string,
    content?: unknown,
    authorization = `token ${token}`,
  ): Promise<Answer> {
    const answer = await fetch(`${url}/api/v1${at}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }
  return {
    url,
    token,
    call: (method, at, content) => call(method, at, content),
    makeToken: (user, name, scopes) => tokenOf(user, name, scopes.join(",")),
    async removeToken(user, name) {
      const password = Buffer.from(`${user}:${PASSWORD}`).toString("base64");
      await call("DELETE", `/users/${user}/tokens/${name}`, undefined, `Basic ${password}`);
    },
    kill,
    start,
    [Symbol.asyncDispose]: kill,
  };
}

/** It takes no port of the system's choice. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/v1/version`)).ok;
  } catch {
    return false;
  }
}

interface ConfigurationOptions extends GiteaOptions {
  readonly port: number;
}

/** https://docs.gitea.com/administration/config-cheat-sheet */
function configurationOf({ path, folder, port, pageSize }: ConfigurationOptions): string {
  const besides = dirname(path);
  const staticRoot = existsSync(join(besides, "templates")) ? `STATIC_ROOT_PATH = ${besides}` : "";
  return `RUN_USER = ${userInfo().username}
RUN_MODE = prod
WORK_PATH = ${folder}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
DISABLE_SSH = true
OFFLINE_MODE = true
${staticRoot}
[database]
DB_TYPE = sqlite3
PATH = ${folder}/gitea.db
[repository]
ROOT = ${folder}/repositories
[security]
INSTALL_LOCK = true
PASSWORD_HASH_ALGO = pbkdf2_v1
[api]
MAX_RESPONSE_ITEMS = ${pageSize}
DEFAULT_PAGING_NUM = ${pageSize}
[log]
MODE = file
LEVEL = warn
ROOT_PATH = ${folder}/log
[service]
DISABLE_REGISTRATION = true
`;
}
