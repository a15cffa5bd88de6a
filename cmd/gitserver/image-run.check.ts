import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, before, suite, test } from "node:test";
import { parseArgs } from "node:util";
import { testArguments } from "../../tools/development/test-arguments.ts";
import { type OciImage, readImageLayout } from "../../tools/image/read-image-layout.ts";
import {
  runImage,
  type RunningImage,
  unpackImage,
  type UnpackedImage,
  withoutBubblewrap,
} from "../../tools/image/run-image.ts";
import { git, makeRepository, makeScratch, type Scratch, withoutGit } from "./sample-repository.ts";
import { ask } from "./sample-server.ts";

const { values } = parseArgs({
  args: [...testArguments(process.argv)],
  options: {
    image: { type: "string", default: "" },
    runnable: { type: "string", default: "" },
    debian: { type: "string", default: "" },
  },
  strict: false,
});
const layout = String(values.runnable);
const debian = await readDebianStatus();
const skip = debian.problem !== "" ? debian.problem : withoutGit || withoutBubblewrap();

suite("the image", { skip }, () => {
  let scratch: Scratch;
  let image: OciImage;
  let unpacked: UnpackedImage;

  before(async () => {
    scratch = await makeScratch();
    image = await readImageLayout(layout);
    unpacked = await unpackImage(layout, image.manifest);
    await makeRepository(join(scratch.folder, "repos", "group", "sample.git"), 100_000);
  });
  after(async () => {
    await unpacked[Symbol.asyncDispose]();
    await scratch[Symbol.asyncDispose]();
  });

  /** Starts the server, and waits until it listens. */
  async function start(): Promise<RunningImage & { readonly url: string; readonly log: AsyncIterator<string> }> {
    const running = await runImage(image.settings, {
      root: unpacked.root,
      mounts: new Map([["/data/repos", join(scratch.folder, "repos")]]),
      environment: new Map([["GITSERVER_ADDRESS", "127.0.0.1:0"]]),
    });
    const log = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
    const { value: line } = (await log.next()) as { readonly value?: string };
    const [, url] = /Listening on (http:[^"]+)/.exec(line ?? "") ?? [];
    if (url === undefined) assert.fail(`It does not listen: ${line ?? ""} ${await text(running.stderr)}`);
    return { ...running, url, log };
  }

  test("is :image on another base", async () => {
    const { manifest, settings } = await readImageLayout(String(values.image));
    assert.equal(image.manifest.layers.length, manifest.layers.length);
    assert.deepEqual(image.manifest.layers.at(-1), manifest.layers.at(-1));
    const { "dev.wolfi.placeholders": _, ...labels } = settings.config.Labels;
    assert.deepEqual(image.settings.config, { ...settings.config, Labels: labels });
  });

  test("holds no placeholder", async () => {
    const folder = join(unpacked.root, "usr/share/wolfi-placeholder");
    assert.deepEqual(existsSync(folder) ? await readdir(folder) : [], debian.missing);
  });

  for (const command of [
    ["bash", "-c", "true"],
    ["sh", "-c", "ls | wc -l"],
    ["curl", "--version"],
    ["git", "lfs", "version"],
    ["jq", "--version"],
    ["node", "--version"],
    ["openssl", "version"],
    ["python3.13", "-c", "import bz2, ctypes, decimal, lzma, readline, sqlite3, ssl, uuid, zlib"],
    ["ssh", "-V"],
  ] as const) {
    test(`has all that ${command[0]} needs`, { skip: debian.missing.length > 0 && "apt lacks some" }, async () => {
      await using running = await runImage(image.settings, { root: unpacked.root, command });
      const [exitCode, output] = await Promise.all([running.exitCode, text(running.stderr), text(running.stdout)]);
      assert.equal(exitCode, 0, output);
    });
  }

  test("is healthy, and serves a repository to an ordinary git", async () => {
    await using server = await start();
    assert.deepEqual((await ask(server.url, "/healthz")).status, 200);

    const clone = join(scratch.folder, "clone");
    await git(["clone", "--quiet", `${server.url}/group/sample`, clone]);
    const origin = join(scratch.folder, "repos", "group", "sample.git");
    assert.equal(await git(["rev-parse", "HEAD"], { cwd: clone }), await git(["rev-parse", "main"], { cwd: origin }));
    assert.equal(await readFile(join(clone, "file.txt"), "utf8"), "three\n");
    await git(["fsck", "--strict"], { cwd: clone });
    await assert.rejects(git(["push", "origin", "HEAD:refs/heads/new"], { cwd: clone }), /read-only/);
  });

  test("stops on SIGTERM, and exits 0", async () => {
    await using server = await start();
    server.kill("SIGTERM");
    assert.equal(await server.exitCode, 0);
    const messages: string[] = [];
    for (let line = await server.log.next(); line.done !== true; line = await server.log.next()) {
      messages.push((JSON.parse(line.value) as { readonly message: string }).message);
    }
    assert.equal(messages.at(-1), "Stopped. Requests cut off: 0");
  });
});

interface DebianStatus {
  /** Why there are no Debian packages; "" where there are. */
  readonly problem: string;
  /** Packages for which Debian has nothing: they are placeholders. */
  readonly missing: readonly string[];
}

async function readDebianStatus(): Promise<DebianStatus> {
  if (layout === "") {
    return { problem: "Bazel builds the image: bazel test //cmd/gitserver:image_run_test", missing: [] };
  }
  const status = JSON.parse(await readFile(String(values.debian), "utf8")) as DebianStatus;
  if (status.problem === "") return status;
  const cure = "`bazel fetch --force --repo=@debian_packages` tries again";
  return { ...status, problem: `there are no Debian packages: ${status.problem}. ${cure}` };
}
