import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { buildWorkspace, type BuildWorkspace } from "../build-image/testing/build-workspace.ts";
import { withoutBubblewrap } from "../image/run-image.ts";
import type { Environment } from "../process/own-environment.ts";
import { serveFiles } from "../testing/file-server.ts";
import type { Check } from "./check.ts";
import { doctorCommand } from "./command.ts";

suite("wolfi doctor", () => {
  test("where all that is needed is there it exits 0, and changes nothing", async () => {
    await using workspace = await goodMachine();
    const run = await doctor(workspace);
    assert.equal(run.exitCode, 0, run.stdout);
    assert.match(run.stdout, /^ok +bazel +7\.7\.1, \S+\/bin\/bazel$/m);
    assert.match(run.stdout, /^ok +git +2\.53\.0$/m);
    assert.match(run.stdout, /^optional +node +it is not on the PATH$/m);
    assert.match(run.stdout, /^optional +container engine +docker is not installed; podman is not installed;$/m);
    assert.match(run.stdout, /^ok +images +2 in wolfi-images$/m);
    assert.match(run.stdout, /^ok +repositories +all of them lie in the workspace$/m);
    assert.match(run.stdout, /^ok +clock +it says 2026-01-01 00:00 UTC$/m);
    assert.equal(run.stderr, "All that is needed is there\n");
    assert.deepEqual((await readdir(join(workspace.path, ".."))).sort(), ["bin", "home", "log", "tmp", "workspace"]);
    assert.ok(
      run.stdout.split("\n").every((line) => line.length <= 80 || line.includes(workspace.path)),
      run.stdout,
    );
  });

  test("bubblewrap is tried out", { skip: withoutBubblewrap() }, async () => {
    await using workspace = await goodMachine();
    const checks = await checksOf(workspace);
    assert.deepEqual(checks.get("bubblewrap"), {
      name: "bubblewrap",
      isOptional: true,
      isThere: true,
      found: "it works, and so do user namespaces",
    });
  });

  test("what is missing is 1, with what to do", async () => {
    await using workspace = await buildWorkspace({ withoutBubblewrap: true });
    await workspace.install("bwrap", "echo 'No permissions to create new namespace' >&2; exit 1");
    await workspace.install("bazel", "echo 'cannot start' >&2; exit 1");
    const run = await doctor(workspace, ["--quiet"]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stdout, /^missing +bazel +\S+\s+does\s+not\s+start:\s+cannot\s+start$/m);
    assert.match(run.stdout, /^missing +git +it is not on the PATH\n +Install git; /m);
    assert.ok(!run.stdout.includes("optional"));
    assert.equal(run.stderr, "");
    const checks = await checksOf(workspace);
    assert.match(checks.get("bubblewrap")?.found ?? "", /^it does not work: No permissions to create new namespace$/);
    assert.match(checks.get("bubblewrap")?.cure ?? "", /user namespaces/);
  });

  test("another Bazel than .bazelversion asks for", async () => {
    await using workspace = await goodMachine();
    await writeFile(join(workspace.path, ".bazelversion"), "8.4.2\n");
    const bazel = (await checksOf(workspace)).get("bazel");
    assert.equal(bazel?.isThere, false);
    assert.match(bazel?.found ?? "", /^7\.7\.1, \S+, and \.bazelversion asks for 8\.4\.2$/);
  });

  test("an engine that answers", async () => {
    await using workspace = await goodMachine();
    await workspace.install("podman", "exit 0");
    assert.deepEqual((await checksOf(workspace)).get("container engine")?.found, "podman");
  });

  test("a server that answers, and where the login for it is, without the login", async () => {
    await using server = await serveFiles(new Map([["os/x86_64/APKINDEX.tar.gz", Buffer.from("index")]]));
    await using workspace = await goodMachine();
    await nameRepository(workspace, `${server.url}/os`);
    await writeFile(join(workspace.path, "../home/.netrc"), "\nmachine 127.0.0.1 login you password s3cret\n");
    const run = await doctor(workspace);
    assert.equal(run.exitCode, 0, run.stdout);
    assert.match(run.stdout, new RegExp(`^ok +repository +${server.url}/os answers$`, "m"));
    assert.match(run.stdout, /^ok +login for 127\.0\.0\.1:\d+ +in\s+\S+\.netrc:2$/m);
    assert.ok(!`${run.stdout}${run.stderr}`.includes("s3cret"));
    await nameRepository(workspace, "http://localhost:80/os");
    const checks = await checksOf(workspace, { HTTP_AUTH: "basic:localhost:you:s3cret" });
    assert.equal(checks.get("login for localhost")?.found, "in HTTP_AUTH");
    assert.ok(!JSON.stringify([...checks]).includes("s3cret"));
  });

  test("a server that does not answer, and one that has no such index", async () => {
    await using workspace = await goodMachine();
    await nameRepository(workspace, "http://you:s3cret@127.0.0.1:1/os");
    const refused = await doctor(workspace);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stdout, /^missing +repository +/m);
    assert.match(refused.stdout.replaceAll(/\s+/g, " "), /ECONNREFUSED .* docs\/networks\.md/);
    assert.ok(!refused.stdout.includes("s3cret"));
    await using server = await serveFiles(new Map());
    await nameRepository(workspace, `${server.url}/os`);
    const found = (await checksOf(workspace)).get("repository");
    assert.equal(found?.found, `${server.url}/os: the server answered 404 Not Found`);
  });

  test("a configuration that is wrong", async () => {
    await using workspace = await goodMachine();
    await writeFile(join(workspace.path, "wolfi-images/app.yaml"), "contents: [x]\n");
    const images = (await checksOf(workspace)).get("images");
    assert.deepEqual([images?.isThere, images?.cure], [false, "Run: wolfi lock --check"]);
    assert.match(images?.found ?? "", /^wolfi-images\/app\.yaml cannot be read: /);
  });

  test("no workspace, no home, a cache that cannot be written to, a clock that is behind", async () => {
    await using workspace = await goodMachine();
    const elsewhere = {
      ...workspace.shell(),
      workspaceRoot: workspace.temporary,
      workingDirectory: workspace.temporary,
    };
    assert.equal((await checksOf(workspace, {}, elsewhere)).get("workspace")?.isThere, false);
    const homeless = { ...workspace.shell(), cacheFolder: undefined };
    assert.equal((await checksOf(workspace, {}, homeless)).get("cache folder")?.isThere, false);
    await writeFile(join(workspace.path, "../cache"), "a file");
    const cache = (await checksOf(workspace)).get("cache folder");
    assert.match(cache?.found ?? "", /cache\/repository cannot be written to: ENOTDIR/);
    await workspace.install("git", 'case $1 in log) echo 1800000000 ;; *) echo "git version 2.53.0" ;; esac');
    const clock = (await checksOf(workspace)).get("clock");
    assert.equal(clock?.found, "it says 2026-01-01 00:00 UTC, and the last commit is of 2027-01-15");
  });
});

/** One that lacks only what is optional. */
async function goodMachine(): Promise<BuildWorkspace> {
  const workspace = await buildWorkspace();
  await workspace.install("git", 'case $1 in log) echo 1700000000 ;; *) echo "git version 2.53.0" ;; esac');
  return workspace;
}

async function nameRepository({ path }: BuildWorkspace, url: string): Promise<void> {
  const text = `contents:\n  repositories: ["${url}"]\n  packages: [app]\narchs: [x86_64]\n`;
  await writeFile(join(path, "wolfi-images/app.yaml"), text);
}

async function checksOf(
  workspace: BuildWorkspace,
  environment: Environment = {},
  shell = workspace.shell(),
): Promise<ReadonlyMap<string, Check>> {
  const run = await doctor(workspace, ["--json"], environment, shell);
  const { checks, problems } = JSON.parse(run.stdout) as { readonly checks: readonly Check[]; readonly problems: [] };
  assert.deepEqual(problems, []);
  assert.equal(run.exitCode, checks.some(({ isOptional, isThere }) => !isOptional && !isThere) ? 1 : 0);
  return new Map(checks.map((check) => [check.name, check]));
}

async function doctor(
  workspace: BuildWorkspace,
  args: readonly string[] = [],
  environment: Environment = {},
  shell = workspace.shell(),
) {
  let exitCode = 0;
  const given = { ...shell, environment: { ...shell.environment, ...environment } };
  await doctorCommand({ ...given, setExitCode: (code) => (exitCode = code) })
    .exitOverride()
    .parseAsync(args, { from: "user" });
  const stdout = shell.stdout.text;
  return { exitCode, stdout, stderr: shell.stderr.text };
}
