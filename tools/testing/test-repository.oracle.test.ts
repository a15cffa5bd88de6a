import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { apkoOracle, runApko } from "./apko-oracle.ts";
import { serveFiles } from "./file-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { type TestPackage, testRepository, writeTestRepository } from "./test-repository.ts";

const packages: readonly TestPackage[] = [
  {
    name: "a",
    dependencies: ["b>1", "virtual"],
    files: [
      { kind: "file", path: "usr/bin/a", mode: 0o4755, content: Buffer.alloc(100_000, "a") },
      { kind: "symlink", path: "usr/bin/link", target: "a" },
      { kind: "file", path: "usr/share/" + "long/".repeat(60) + "é", content: Buffer.from("é") },
    ],
  },
  { name: "b", version: "2.0-r1", isSigned: false },
  { name: "low", provides: ["virtual=1"], providerPriority: 5n },
  { name: "high", provides: ["virtual=1"], providerPriority: 9n, scripts: { ".post-install": "#!/bin/sh\n" } },
];

const { skip } = apkoOracle();

suite("what we write, read by apko", () => {
  test("a repository in a folder is locked, and an image is built from it offline", { skip }, async () => {
    await using folder = await temporaryFolder();
    const repository = join(folder.path, "os");
    await writeTestRepository(repository, packages);
    const { lock, files } = await lockAndBuild(folder.path, repository);
    assert.deepEqual(lock, ["b 2.0-r1 unsigned", "high 1.0-r0 signed", "a 1.0-r0 signed"]);
    assert.match(files, /^P:a\n/m);
    assert.match(files, /^R:link\na:0:0:0777\nZ:Q1hvfkN\/qlp\/zhXR3cuerq6jd2Z7g=$/m);
    assert.match(files, /^P:high\n/m);
    assert.doesNotMatch(files, /^P:low\n/m);
  });

  test("a repository behind a proxy is locked, and built from apko's cache offline", { skip }, async () => {
    await using folder = await temporaryFolder();
    await using server = await serveFiles(testRepository(packages), { proxiedUrl: "http://packages.test/os" });
    const { lock } = await lockAndBuild(folder.path, "http://packages.test/os", server.url);
    assert.equal(lock.length, 3);
    assert.deepEqual(
      server.requests.filter(({ path, status }) => path !== "apk-configuration" && status !== 200),
      [],
    );
  });
});

/** Locks and builds an image of package `a`; the answers are the lockfile's packages and apko's record of files. */
async function lockAndBuild(
  folder: string,
  repository: string,
  proxy?: string,
): Promise<{ readonly lock: readonly string[]; readonly files: string }> {
  const home = join(folder, "home");
  const output = join(folder, "output");
  await mkdir(home);
  await mkdir(output);
  const configuration = [
    "contents:",
    `  repositories: ["${repository}"]`,
    `  keyring: ["${repository}/test.rsa.pub"]`,
    "  packages: [a]",
    "archs: [x86_64]",
    "",
  ];
  await writeFile(join(folder, "image.yaml"), configuration.join("\n"));
  const locked = await runApko(["lock", "image.yaml"], { folder, home, ...(proxy === undefined ? {} : { proxy }) });
  assert.equal(locked.exitCode, 0, locked.stderr);
  const args = ["--lockfile", "image.lock.json", "--arch", "x86_64", "--offline", "--vcs=false", "--sbom=false"];
  const built = await runApko(["build", "image.yaml", "image:test", output, ...args], { folder, home });
  assert.equal(built.exitCode, 0, built.stderr);
  const lock = JSON.parse(await readFile(join(folder, "image.lock.json"), "utf8")) as {
    contents: { packages: { name: string; version: string; signature: { range: string } }[] };
  };
  return {
    lock: lock.contents.packages.map(
      ({ name, version, signature }) => `${name} ${version} ${signature.range === "" ? "unsigned" : "signed"}`,
    ),
    files: await installedDatabase(output),
  };
}

async function installedDatabase(layout: string): Promise<string> {
  const blob = async (digest: string): Promise<Buffer> => readFile(join(layout, "blobs", digest.replace(":", "/")));
  const json = async (digest: string): Promise<Manifest> => JSON.parse((await blob(digest)).toString()) as Manifest;
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as Manifest;
  const { layers } = await json(index.manifests![0]!.digest);
  const entries = await unpackTar(gunzipSync(await blob(layers![0]!.digest)));
  const installed = entries.find(({ header }) => header.name === "usr/lib/apk/db/installed");
  return Buffer.from(installed?.data ?? []).toString();
}

interface Manifest {
  readonly manifests?: readonly { readonly digest: string }[];
  readonly layers?: readonly { readonly digest: string }[];
}
