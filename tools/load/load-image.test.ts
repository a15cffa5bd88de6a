import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import type { ContainerEngine } from "./container-engine.ts";
import { loadImage } from "./load-image.ts";
import { CONFIG_PATH, inPieces, sampleArchive } from "./sample-archive.ts";

const { signal } = new AbortController();

/** An engine that remembers what it was given. */
function fakeEngine(name: string, reason: string | undefined, exitCode = 0): ContainerEngine & { received?: Buffer } {
  const engine: ContainerEngine & { received?: Buffer } = {
    name,
    ask: async () => reason,
    load: async (archive) => {
      engine.received = Buffer.concat(await Array.fromAsync(archive));
      return exitCode;
    },
  };
  return engine;
}

const ABSENT = [fakeEngine("docker", "does not answer: no daemon"), fakeEngine("podman", "is not installed")];
const SILENT = [
  { name: "docker", reason: "does not answer: no daemon" },
  { name: "podman", reason: "is not installed" },
];

suite("loadImage()", () => {
  test("streams to the first engine that answers, and to no other", async () => {
    await using folder = await temporaryFolder();
    const archive = await sampleArchive({ labels: { "dev.wolfi.placeholders": "git" } });
    const engines = [...ABSENT, fakeEngine("nerdctl", undefined), fakeEngine("other", undefined)];
    assert.deepEqual(await loadImage({ input: inPieces(archive), engines, folder: folder.path, signal }), {
      kind: "loaded",
      engine: "nerdctl",
      summary: { tags: ["gitserver:candidate"], configPath: CONFIG_PATH, placeholders: ["git"] },
    });
    assert.deepEqual(
      engines.map((engine) => ("received" in engine ? engine.received : undefined)),
      [undefined, undefined, Buffer.from(archive), undefined],
    );
    assert.deepEqual(await readdir(folder.path), []);
  });

  test("gives the engine's exit code, and keeps nothing", async () => {
    await using folder = await temporaryFolder();
    const engines = [fakeEngine("docker", undefined, 17)];
    const result = await loadImage({ input: inPieces(await sampleArchive()), engines, folder: folder.path, signal });
    assert.deepEqual(result, { kind: "failed", engine: "docker", exitCode: 17 });
    assert.deepEqual(await readdir(folder.path), []);
  });

  test("leaves the judgement of an archive to an engine that takes it", async () => {
    const engines = [fakeEngine("docker", undefined)];
    const result = await loadImage({ input: inPieces(Buffer.from("?")), engines, folder: "/nonexistent", signal });
    assert.deepEqual(result, { kind: "loaded", engine: "docker", summary: undefined });
  });

  for (const [tags, file] of [
    [["gitserver:candidate"], "gitserver.tar"],
    [["gitserver-base:latest", "other:1"], "gitserver-base.tar"],
    [["registry.test:5000/team/gitserver:1.2"], "gitserver.tar"],
    [["registry.test/gitserver@sha256:abcd"], "gitserver.tar"],
    [null, "image-c0ffeec0ffee.tar"],
  ] as const) {
    test(`keeps ${tags?.[0] ?? "an image without tag"} as ${file} where no engine answers`, async () => {
      await using folder = await temporaryFolder();
      const images = join(folder.path, "wolfi", "images");
      const archive = await sampleArchive({ tags, layerBytes: 50_000 });
      const result = await loadImage({ input: inPieces(archive), engines: ABSENT, folder: images, signal });
      assert.deepEqual(result, {
        kind: "kept",
        path: join(images, file),
        silent: SILENT,
        summary: { tags: tags ?? [], configPath: CONFIG_PATH, placeholders: [] },
      });
      assert.deepEqual(await readdir(images), [file]);
      assert.deepEqual(await readFile(join(images, file)), Buffer.from(archive));
    });
  }

  for (const [why, bytes, code] of [
    ["is cut off", (archive: Uint8Array) => archive.subarray(0, 2000), "IMAGE_INCOMPLETE"],
    ["is empty", (archive: Uint8Array) => archive.subarray(0, 0), "IMAGE_INCOMPLETE"],
  ] as const) {
    test(`leaves the image of before as it was when the archive ${why}`, async () => {
      await using folder = await temporaryFolder();
      await writeFile(join(folder.path, "gitserver.tar"), "before");
      const input = inPieces(bytes(await sampleArchive()));
      await assert.rejects(loadImage({ input, engines: ABSENT, folder: folder.path, signal }), { code });
      assert.deepEqual(await readdir(folder.path), ["gitserver.tar"]);
      assert.equal(await readFile(join(folder.path, "gitserver.tar"), "utf8"), "before");
    });
  }

  test("leaves nothing behind when it is interrupted", async () => {
    await using folder = await temporaryFolder();
    const stop = new AbortController();
    const archive = await sampleArchive();
    async function* input(): AsyncGenerator<Uint8Array, void> {
      yield archive.subarray(0, 1000);
      stop.abort(new Error("interrupted"));
      yield archive.subarray(1000);
    }
    const options = { input: input(), engines: ABSENT, folder: folder.path, signal: stop.signal };
    await assert.rejects(loadImage(options), /^Error: interrupted$/);
    assert.deepEqual(await readdir(folder.path), []);
  });

  test("says why the image cannot be kept", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "file"), "");
    const images = join(folder.path, "file", "images");
    const input = inPieces(await sampleArchive());
    await assert.rejects(loadImage({ input, engines: ABSENT, folder: images, signal }), (error: Error) => {
      assert.match(error.message, /^Cannot keep image in ".*\/file\/images": ENOTDIR/);
      return true;
    });
    await mkdir(join(folder.path, "images", "gitserver.tar"), { recursive: true });
    const again = inPieces(await sampleArchive());
    const options = { input: again, engines: ABSENT, folder: join(folder.path, "images"), signal };
    await assert.rejects(loadImage(options), { code: "KEEP_FAILED" });
    assert.deepEqual(await readdir(options.folder), ["gitserver.tar"]);
  });
});
