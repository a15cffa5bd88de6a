import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type FileServer, type FileServerOptions, serveFiles } from "../../testing/file-server.ts";
import { nodeEnvironment } from "../../testing/node-environment.ts";
import { temporaryFolder, type TemporaryFolder } from "../../testing/temporary-folder.ts";
import { TEST_CERTIFICATE } from "../../testing/test-certificate.ts";
import { TEST_KEY } from "../../testing/test-key.ts";
import { serveProxy } from "../../testing/test-proxy.ts";
import { testRepository, writeTestRepository } from "../../testing/test-repository.ts";
import { PROGRAM_FILE } from "./program-file.ts";

const PACKAGES = [{ name: "app", dependencies: ["lib"] }, { name: "lib" }];
const FILES = new Map([...testRepository(PACKAGES)].map(([path, bytes]) => [`os/${path}`, bytes]));

suite("wolfi lock on a network", () => {
  test("goes through a proxy that wants a password to a server with a certificate of one's own authority", async () => {
    await using home = await makeHome("https://packages.test/os");
    await using server = await serveFiles(FILES, { isHttps: true });
    await using proxy = await serveProxy({ targetPort: portOf(server) });
    const environment = {
      HTTPS_PROXY: proxy.url.replace("://", "://me:secret@"),
      NODE_EXTRA_CA_CERTS: join(home.path, "authority.pem"),
    };
    const run = await lock(home, environment);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(await lockfileOf(home), await expectedLockfile(home));
    const { requests } = proxy;
    // Key, index and what the repository says of its keys are asked for side by side.
    assert.ok(requests.length <= 3, "connections are kept");
    const connect = { method: "CONNECT", target: "packages.test:443", credential: "me:secret" };
    for (const request of requests) assert.deepEqual(request, connect);
    assert.deepEqual(
      new Set(server.requests.map(({ path }) => path)),
      new Set([
        `os/${TEST_KEY.name}`,
        "os/apk-configuration",
        "os/x86_64/APKINDEX.tar.gz",
        "os/x86_64/lib-1.0-r0.apk",
        "os/x86_64/app-1.0-r0.apk",
      ]),
    );
  });

  test("goes through a proxy to an http server", async () => {
    await using home = await makeHome("http://packages.test/os");
    await using server = await serveFiles(FILES);
    await using proxy = await serveProxy({ targetPort: portOf(server) });
    const run = await lock(home, { http_proxy: proxy.url });
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(await lockfileOf(home), await expectedLockfile(home));
    assert.equal(proxy.requests.length, server.requests.length);
  });

  for (const [why, environment, status, expected] of [
    ["the certificate is by an unknown authority", {}, undefined, /certificate[^]*NODE_EXTRA_CA_CERTS/],
    ["the proxy refuses the password", {}, 407, /the proxy "http:\/\/127\.0\.0\.1:\d+" answered 407 Proxy/],
    [
      "the proxy is not a URL",
      { https_proxy: "socks5://me:secret@p.test" },
      undefined,
      /proxy of https_proxy: it is not/,
    ],
  ] as const) {
    test(`changes nothing and shows no password where ${why}`, async () => {
      await using home = await makeHome("https://packages.test/os");
      await using server = await serveFiles(FILES, { isHttps: true });
      await using proxy = await serveProxy({ targetPort: portOf(server), intercept: () => status });
      await writeFile(join(home.path, "app.lock.json"), "as it was");
      const run = await lock(home, { HTTPS_PROXY: proxy.url.replace("://", "://me:secret@"), ...environment });
      assert.notEqual(run.exitCode, 0);
      assert.match(run.stderr, expected);
      assert.doesNotMatch(run.stderr, /secret/);
      assert.equal(await lockfileOf(home), "as it was");
      assert.ok(proxy.requests.length <= 3, "nothing is tried again that cannot help");
    });
  }

  for (const [why, user, environment, files] of [
    ["HTTP_AUTH", "me", { HTTP_AUTH: "basic:packages.test:me:secret" }, {}],
    ["~/.netrc", "me", {}, { ".netrc": "machine packages.test login me password secret\n" }],
    ["NETRC", "me", { NETRC: "HOME/logins" }, { logins: 'default login me password "secret"\n' }],
    ["chainctl", "user", { APKO_APK_HOST: "packages.test" }, { chainctl: "#!/bin/sh\necho secret\n" }],
  ] as const) {
    test(`sends the credentials of ${why}, also for keys and packages`, async () => {
      await using home = await makeHome("https://packages.test/os");
      await using server = await serveFiles(FILES, { isHttps: true, intercept: askFor(user) });
      await using proxy = await serveProxy({ targetPort: portOf(server) });
      for (const [name, text] of Object.entries(files)) {
        await writeFile(join(home.path, name), text);
        await chmod(join(home.path, name), 0o700);
      }
      const run = await lock(home, {
        ...Object.fromEntries(
          Object.entries(environment).map(([name, value]) => [name, value.replace("HOME", home.path)]),
        ),
        https_proxy: proxy.url,
        NODE_EXTRA_CA_CERTS: join(home.path, "authority.pem"),
        PATH: `${home.path}:/usr/bin:/bin`,
      });
      assert.equal(run.exitCode, 0, run.stderr);
      assert.doesNotMatch(run.stdout + run.stderr, /secret/);
      assert.equal(await lockfileOf(home), await expectedLockfile(home));
    });
  }

  test("says where credentials may come from when a server refuses", async () => {
    await using server = await serveFiles(FILES, { intercept: askFor("me") });
    await using home = await makeHome(`${server.url}/os`);
    const without = await lock(home, {});
    assert.equal(without.exitCode, 2);
    assert.match(
      without.stderr,
      /401 Unauthorized[^]*Name user and password for "127\.0\.0\.1" in .*\.netrc, or in HTTP_AUTH/,
    );
    const chainctl = await lock(home, { APKO_APK_HOST: new URL(server.url).host });
    assert.match(chainctl.stderr, /"chainctl auth token --audience 127\.0\.0\.1:\d+" gave no token: it is not in PATH/);
    await writeFile(join(home.path, ".netrc"), "machine 127.0.0.1 login me password wrong");
    assert.match((await lock(home, {})).stderr, /The server refuses the login of .*\.netrc:1$/m);
    await writeFile(join(home.path, ".netrc"), 'machine 127.0.0.1 login me password "wrong');
    const broken = await lock(home, {});
    assert.equal(broken.exitCode, 2);
    assert.match(broken.stderr, /Cannot read netrc ".*\.netrc:1": a quote is not closed$/m);
    assert.doesNotMatch(broken.stderr, /wrong/);
  });

  test("warns of a lockfile that holds a credential, as apko's does", async () => {
    await using server = await serveFiles(FILES, { intercept: askFor("me") });
    const url = server.url.replace("://", "://me:secret@");
    await using home = await makeHome(`${url}/os`);
    const run = await lock(home, {});
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(await lockfileOf(home), /me:secret@/);
    assert.match(run.stderr, new RegExp(`app: .* user and password of "${server.url}/os" .*~/\\.netrc`));
    assert.doesNotMatch(run.stdout + run.stderr, /secret/);
  });
});

suite("--mirror", () => {
  test("reads from another server or a folder, and writes the same lockfile", async () => {
    await using home = await makeHome("https://packages.test/os");
    await using server = await serveFiles(FILES);
    const expected = await expectedLockfile(home);
    const mirror = `https://packages.test=${server.url}`;
    for (const args of [
      ["--mirror", mirror],
      [
        "--mirror",
        "https://packages.test=http://127.0.0.1:1",
        "--mirror",
        `https://packages.test/os=${server.url}/os/`,
      ],
    ]) {
      await writeFile(join(home.path, "app.lock.json"), "");
      const run = await lock(home, {}, args);
      assert.equal(run.exitCode, 0, run.stderr);
      assert.equal(await lockfileOf(home), expected);
    }
    const resolved = await wolfi(home, {}, ["resolve", "--config", "app.yaml", "--mirror", mirror]);
    assert.equal(resolved.stdout, "lib=1.0-r0\napp=1.0-r0\n");
  });

  test("names both addresses where it fails", async () => {
    await using home = await makeHome("https://packages.test/os");
    await using server = await serveFiles(new Map([...FILES].filter(([path]) => !path.endsWith(".apk"))));
    await writeFile(join(home.path, "app.lock.json"), "as it was");
    const run = await lock(home, {}, [
      "--mirror",
      `https://packages.test/os=${server.url.replace("://", "://me:secret@")}/os`,
    ]);
    assert.equal(run.exitCode, 1);
    const [url, mirror] = ["https://packages.test/os", `${server.url}/os`].map((at) => `${at}/x86_64/app-1.0-r0.apk`);
    assert.ok(run.stderr.includes(`from "${url}" (mirror "${mirror}"): the server answered 404 Not Found`), run.stderr);
    assert.doesNotMatch(run.stderr, /secret/);
    assert.equal(await lockfileOf(home), "as it was");
  });

  for (const [value, message] of [
    ["https://packages.test/os", /It has the form URL=URL or URL=FOLDER/],
    ["packages.test=repository", /has to be an http or https URL/],
    ["https://a.test/?x=repository", /has to be an http or https URL/],
    ["https://a.test=http://[", /behind the = is not a URL/],
    ["https://a.test=no/such", /Cannot use the mirror of "https:\/\/a\.test": "no\/such" does not exist/],
  ] as const) {
    test(`refuses ${value}`, async () => {
      await using home = await makeHome("https://packages.test/os");
      const run = await lock(home, {}, ["--mirror", value]);
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, message);
    });
  }
});

/** A folder that is workspace and home at once, with an image of `app`. */
async function makeHome(repository: string): Promise<TemporaryFolder> {
  const home = await temporaryFolder();
  const contents = {
    repositories: [repository],
    keyring: [`${repository}/${TEST_KEY.name}`],
    packages: ["app"],
  };
  await writeFile(join(home.path, "app.yaml"), JSON.stringify({ contents, archs: ["x86_64"] }));
  await writeFile(join(home.path, "authority.pem"), TEST_CERTIFICATE.authorityPem);
  return home;
}

/** What a lock from a folder writes, where no network is. */
async function expectedLockfile(home: TemporaryFolder): Promise<string> {
  const [, url] = /"(https?:\/\/[^"]*)"/.exec(await readFile(join(home.path, "app.yaml"), "utf8"))!;
  await mkdir(join(home.path, "folder"), { recursive: true });
  await writeTestRepository(join(home.path, "folder"), PACKAGES);
  const run = await wolfi(home, {}, [
    "lock",
    "--config",
    "app.yaml",
    "--output",
    "expected.json",
    "--mirror",
    `${url}=folder`,
  ]);
  assert.equal(run.exitCode, 0, run.stderr);
  return readFile(join(home.path, "expected.json"), "utf8");
}

function lockfileOf(home: TemporaryFolder): Promise<string> {
  return readFile(join(home.path, "app.lock.json"), "utf8");
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function lock(home: TemporaryFolder, environment: Environment, args: readonly string[] = []): Promise<Run> {
  return wolfi(home, environment, ["lock", "--config", "app.yaml", ...args]);
}

type Environment = Readonly<Record<string, string>>;

function wolfi(home: TemporaryFolder, environment: Environment, args: readonly string[]): Promise<Run> {
  const env = { ...nodeEnvironment(), HOME: home.path, ...environment };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM_FILE, ...args, "--no-cache"],
      { cwd: home.path, env },
      (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

/** A server of a repository that only one user may read. */
function askFor(user: string): NonNullable<FileServerOptions["intercept"]> {
  const expected = `Basic ${Buffer.from(`${user}:secret`).toString("base64")}`;
  return ({ headers }) => (headers.authorization === expected ? undefined : { status: 401 });
}

function portOf({ url }: FileServer): number {
  return Number(new URL(url).port);
}
