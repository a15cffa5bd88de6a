import assert from "node:assert/strict";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { credentialFinder, isLoopback, parseHttpAuth } from "./credentials.ts";

const { signal } = new AbortController();

suite("parseHttpAuth()", () => {
  test("reads the form that apko reads, and one for a token", () => {
    const authorization = basic("me:secret");
    assert.deepEqual(parseHttpAuth("basic:apk.test:me:secret"), { host: "apk.test", authorization });
    assert.deepEqual(parseHttpAuth("bearer:apk.test:e.y.J"), { host: "apk.test", authorization: "Bearer e.y.J" });
  });

  for (const text of [
    undefined,
    "",
    "basic:apk.test:me",
    "basic:apk.test:8080:me:secret",
    "bearer:apk.test:8080:token",
    "digest:apk.test:me:secret",
    "bearer",
  ]) {
    test(`ignores ${text}, as apko does`, () => assert.equal(parseHttpAuth(text), undefined));
  }
});

suite("credentialFinder()", () => {
  const HTTP_AUTH = "basic:apk.test:me:s";
  for (const [why, url, environment, netrc, expected, advice] of [
    ["HTTP_AUTH for its host", "http://apk.test/os", { HTTP_AUTH }, "", "me:s", /HTTP_AUTH has for "apk.test"$/],
    ["HTTP_AUTH for its host in capitals", "http://APK.test/os", { HTTP_AUTH: "basic:Apk.Test:me:s" }, "", "me:s", /./],
    ["HTTP_AUTH before the URL's own", "https://a:b@apk.test/os", { HTTP_AUTH }, "", "me:s", /HTTP_AUTH/],
    [
      "HTTP_AUTH before netrc",
      "https://apk.test/os",
      { HTTP_AUTH },
      "machine apk.test login a password b",
      "me:s",
      /./,
    ],
    [
      "no HTTP_AUTH for another port",
      "http://apk.test:8080/os",
      { HTTP_AUTH },
      "",
      undefined,
      /Name user and password/,
    ],
    ["no HTTP_AUTH for a host below", "http://a.apk.test/os", { HTTP_AUTH }, "", undefined, /Name user and password/],
    ["the URL's own", "http://a:b@c.test/os", { HTTP_AUTH }, "", "a:b", /of the URL$/],
    ["the URL's own before netrc", "https://a:b@c.test/os", {}, "default login x password y", "a:b", /of the URL$/],
    ["the URL's own, unescaped", "http://a%40c:p%3Aw@c.test/", {}, "", "a@c:p:w", /./],
    ["the URL's own, which is not escaped", "http://a:100%@c.test/", {}, "", "a:100%", /./],
    ["a user without a password", "http://token@c.test/os", {}, "", "token:", /./],
    ["no at sign of a path", "http://c.test/a@b", {}, "", undefined, /for "c.test" in .*netrc, or in HTTP_AUTH/],
    ["netrc", "https://c.test:8443/", {}, "\nmachine c.test login x password y", "x:y", /login of .*netrc:2$/],
    ["netrc's default", "https://c.test/", {}, "machine d.test\ndefault login x password y", "x:y", /netrc:2$/],
    ["netrc over http to this machine", "http://[::1]:1/", {}, "default login x password y", "x:y", /./],
    ["no netrc over http", "http://c.test/", {}, "default login x password y", undefined, /netrc:1 is used over https/],
  ] as const) {
    test(`sends ${why}`, async () => {
      await using folder = await temporaryFolder();
      await writeFile(join(folder.path, ".netrc"), netrc);
      const find = credentialFinder({ HOME: folder.path, ...environment });
      const credential = await find(new URL(url), signal);
      assert.equal(credential.authorization, expected === undefined ? undefined : basic(expected));
      assert.match(credential.advice, advice);
      if (expected !== undefined) assert.ok(!credential.advice.includes(expected), credential.advice);
    });
  }

  test("reads the file that NETRC names, and it may be missing", async () => {
    await using folder = await temporaryFolder();
    const NETRC = join(folder.path, "logins");
    const url = new URL("https://c.test/");
    const missing = await credentialFinder({ HOME: folder.path, NETRC })(url, signal);
    assert.match(missing.advice, /in .*\/logins, or in HTTP_AUTH/);
    await writeFile(NETRC, "machine c.test login x password y\n");
    assert.equal((await credentialFinder({ HOME: folder.path, NETRC })(url, signal)).authorization, basic("x:y"));
    await assert.rejects(credentialFinder({ NETRC: folder.path })(url, signal), {
      code: "NETRC_INVALID",
      kind: "input",
      message: `Cannot read netrc "${folder.path}": it cannot be read (EISDIR)`,
    });
  });
});

suite("credentialFinder() with chainctl", () => {
  test("asks it once, for its host only, as apko does", async () => {
    await using chainctl = await fakeChainctl(`echo "$@" >>"$HOME/calls"; echo a-token`);
    const find = credentialFinder(chainctl.environment);
    const [first, second] = await Promise.all([
      find(new URL("https://apk.cgr.dev/a"), signal),
      find(new URL("https://apk.cgr.dev/b"), signal),
    ]);
    assert.equal(first.authorization, basic("user:a-token"));
    assert.deepEqual(second, first);
    assert.doesNotMatch(first.advice, /a-token/);
    for (const url of ["https://packages.test/", "http://apk.cgr.dev/", "https://apk.cgr.dev:8443/"]) {
      assert.equal((await find(new URL(url), signal)).authorization, undefined, url);
    }
    assert.equal(await readFile(join(chainctl.path, "calls"), "utf8"), "auth token --audience apk.cgr.dev\n");
  });

  test("asks it for the host that APKO_APK_HOST names instead", async () => {
    await using chainctl = await fakeChainctl("echo token-for-$4");
    const find = credentialFinder({ ...chainctl.environment, APKO_APK_HOST: "127.0.0.1:8080" });
    const { authorization } = await find(new URL("http://127.0.0.1:8080/"), signal);
    assert.equal(authorization, basic("user:token-for-127.0.0.1:8080"));
    assert.equal((await find(new URL("https://apk.cgr.dev/"), signal)).authorization, undefined);
  });

  for (const [why, script, problem] of [
    ["fails", "echo a-token; echo secret >&2; exit 3", "it ended with exit code 3"],
    ["prints nothing", "exit 0", "it printed none"],
    ["is missing", undefined, "it is not in PATH"],
  ] as const) {
    test(`goes on without a token, and says so, where it ${why}`, async () => {
      await using chainctl = await fakeChainctl(script);
      assert.deepEqual(await credentialFinder(chainctl.environment)(new URL("https://apk.cgr.dev/"), signal), {
        authorization: undefined,
        advice: `"chainctl auth token --audience apk.cgr.dev" gave no token: ${problem}. Run it to see why`,
      });
    });
  }

  test("ends it when the signal is aborted", async () => {
    await using chainctl = await fakeChainctl(`touch "$HOME/started"; exec sleep 600`);
    const reason = new Error("Ctrl-C");
    const controller = new AbortController();
    const finding = credentialFinder(chainctl.environment)(new URL("https://apk.cgr.dev/"), controller.signal);
    setTimeout(() => controller.abort(reason), 50);
    await assert.rejects(finding, reason);
  });
});

suite("isLoopback()", () => {
  for (const [host, expected] of [
    ["localhost", true],
    ["a.localhost", true],
    ["127.0.0.1", true],
    ["127.9.8.7", true],
    ["[::1]", true],
    ["127.0.0.1.test", false],
    ["localhost.test", false],
    ["128.0.0.1", false],
  ] as const) {
    test(`${host}: ${expected}`, () => assert.equal(isLoopback(host), expected));
  }
});

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString("base64")}`;
}

/** A folder that is home and has the program, where there is a script. */
async function fakeChainctl(script: string | undefined) {
  const folder = await temporaryFolder();
  await mkdir(join(folder.path, "bin"));
  const program = join(folder.path, "bin/chainctl");
  if (script !== undefined) {
    await writeFile(program, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o755);
  }
  const tools = script === undefined ? "" : ":/usr/bin:/bin";
  return { ...folder, environment: { HOME: folder.path, PATH: `${join(folder.path, "bin")}${tools}` } };
}
