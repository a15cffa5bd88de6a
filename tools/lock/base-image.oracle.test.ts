import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, writeTestRepository } from "../testing/test-repository.ts";
import { writeFiles } from "../testing/write-files.ts";
import { assertBothRefuse, assertSameLockfile, lockBoth } from "./testing/lock-both.ts";

const { skip } = apkoOracle();

const old: readonly TestPackage[] = [
  { name: "base", version: "1.0-r0", dependencies: ["lib"], provides: ["cmd:base=1.0-r0"] },
  { name: "lib", version: "1.0-r0" },
  { name: "gone", version: "7-r0", dependencies: ["lib"] },
];
const current: readonly TestPackage[] = [
  { name: "base", version: "1.0-r0", dependencies: ["lib"], provides: ["cmd:base=1.0-r0"] },
  { name: "lib", version: "1.0-r0" },
  { name: "lib", version: "1.1-r0" },
  { name: "app", dependencies: ["lib", "tool", "cmd:base"] },
  { name: "tool" },
  { name: "newer", dependencies: ["lib>1.0-r0"] },
  { name: "glue", installIf: ["lib=1.0-r0", "trigger"] },
  { name: "kit", dependencies: ["lib", "trigger"] },
  { name: "trigger" },
  { name: "twin", provides: ["cmd:base=2-r0"] },
];
const head = `contents:
  baseimage: {image: ./base/, apkindex: database}
`;
const sources = `  repositories: [./current]
  keyring: [current/${TEST_KEY.name}]
`;
const bothArchitectures = "archs: [x86_64, aarch64]\n";

interface BaseImageCase {
  readonly title: string;
  /** `image.yaml` */
  readonly text: string;
  readonly args?: readonly string[];
  /** What is done to the workspace before. */
  readonly change?: (folder: string) => Promise<void>;
  /** Package names, in the lockfile's order; where both fail, part of apko's message and part of ours. */
  readonly expected: readonly string[] | { readonly apko: string; readonly wolfi: string };
}

const cases: readonly BaseImageCase[] = [
  {
    title: "only what is not in the base is locked",
    text: `${head}${sources}  packages: [app]\narchs: [x86_64]\n`,
    expected: ["tool", "app"],
  },
  {
    title: "two architectures, one of them from the command line",
    text: `${head}${sources}  packages: [app]\narchs: [riscv64]\n`,
    args: ["--arch", "aarch64,x86_64"],
    expected: ["tool", "app", "tool", "app"],
  },
  {
    title: "what the base holds is not added again, in the version that it has",
    text: `${head}${sources}  packages: [lib, base=1.0-r0]\n${bothArchitectures}`,
    expected: [],
  },
  { title: "nothing is added", text: `${head}${sources}${bothArchitectures}`, expected: [] },
  {
    title: "without any repository or key",
    text: `${head}  packages: [base]\narchs: [x86_64]\n`,
    expected: [],
  },
  {
    title: "a package that the repositories no longer have stays",
    text: `${head}${sources}  packages: [gone, tool]\narchs: [x86_64]\n`,
    expected: ["tool"],
  },
  {
    title: "install_if that the base and the repositories meet together",
    text: `${head}${sources}  packages: [kit]\narchs: [x86_64]\n`,
    expected: ["trigger", "glue", "kit"],
  },
  {
    title: "the base image from an include",
    text: `include: sub/base.yaml\n${sources.replace(/^/, "contents:\n")}  packages: [app]\n`,
    change: (folder) => writeFiles(folder, [["sub/base.yaml", `${head}archs: [x86_64]\n`]]),
    expected: ["tool", "app"],
  },
  {
    title: "below an include path",
    text: `${head.replace("./base/", "image")}${sources}  packages: [app]\narchs: [x86_64]\n`,
    args: ["--include-paths", "elsewhere,sub"],
    change: async (folder) => {
      await writeFiles(folder, await filesBelow(folder, "base", "sub/image"));
      await writeFiles(folder, await filesBelow(folder, "database", "sub/database"));
      await rm(join(folder, "database"), { recursive: true });
    },
    expected: ["tool", "app"],
  },
  {
    title: "an index of images in the index",
    text: `${head}${sources}  packages: [app]\n${bothArchitectures}`,
    change: nestIndex,
    expected: ["tool", "app", "tool", "app"],
  },
  {
    title: "a package twice in the database",
    text: `${head}${sources}  packages: [app]\narchs: [x86_64]\n`,
    change: (folder) => editDatabase(folder, (text) => text + text),
    expected: ["tool", "app"],
  },
  {
    title: "a last package without an empty line after it is not there",
    text: `${head}${sources}  packages: [tool]\narchs: [x86_64]\n`,
    change: (folder) => editDatabase(folder, (text) => `${text}P:half\nV:1-r0`),
    expected: ["tool"],
  },
  {
    title: "no image",
    text: `${head.replace("./base/", "none")}${sources}archs: [x86_64]\n`,
    expected: { apko: "baseImage path none: file does not exist", wolfi: '"none/index.json" does not exist' },
  },
  {
    title: "no database",
    text: `${head.replace("database", "none")}${sources}archs: [x86_64]\n`,
    expected: {
      apko: "baseImage apk path ./base/: file does not exist",
      wolfi: '"none/x86_64/APKINDEX" does not exist',
    },
  },
  {
    title: "no database for the architecture",
    text: `${head}${sources}${bothArchitectures}`,
    change: (folder) => rm(join(folder, "database/aarch64"), { recursive: true }),
    expected: { apko: "open database/aarch64/APKINDEX", wolfi: '"database/aarch64/APKINDEX" does not exist' },
  },
  {
    title: "no image for the architecture",
    text: `${head}${sources}archs: [x86_64, riscv64]\n`,
    expected: { apko: "image for arch not found", wolfi: "holds no image for riscv64: it is for amd64, arm64" },
  },
  {
    title: "a folder that is no layout",
    text: `${head.replace("./base/", "database")}${sources}archs: [x86_64]\n`,
    expected: { apko: "database/index.json", wolfi: '"database/index.json" does not exist' },
  },
  {
    title: "a missing manifest",
    text: `${head}${sources}archs: [x86_64]\n`,
    change: (folder) => rm(join(folder, "base/blobs"), { recursive: true }),
    expected: { apko: "no such file or directory", wolfi: "does not exist" },
  },
  {
    title: "an index that is not JSON",
    text: `${head}${sources}archs: [x86_64]\n`,
    change: (folder) => writeFile(join(folder, "base/index.json"), "{"),
    expected: { apko: "unexpected end of JSON input", wolfi: '"base/index.json" is not JSON' },
  },
  {
    title: "a database with an owner of nothing",
    text: `${head}${sources}archs: [x86_64]\n`,
    change: (folder) => editDatabase(folder, (text) => `P:a\nM:0:0:755\n\n${text}`),
    expected: {
      apko: "cannot parse line 2: no directory specified when setting permissions",
      wolfi: "cannot parse line 2: no directory specified when setting permissions",
    },
  },
  {
    title: "a database with a bad number",
    text: `${head}${sources}archs: [x86_64]\n`,
    change: (folder) => editDatabase(folder, (text) => `P:a\nS:x\n\n${text}`),
    expected: { apko: "cannot parse size field x", wolfi: "cannot parse size field x" },
  },
  {
    title: "another version of what the base holds",
    text: `${head}${sources}  packages: [lib=1.1-r0]\narchs: [x86_64]\n`,
    expected: { apko: 'does not satisfy "lib=1.1-r0"', wolfi: 'does not satisfy "lib=1.1-r0"' },
  },
  {
    title: "a dependency on another version of what the base holds",
    text: `${head}${sources}  packages: [newer]\narchs: [x86_64]\n`,
    expected: { apko: 'solving "newer" constraint', wolfi: 'solving "newer" constraint' },
  },
  {
    title: "a package that conflicts with the base",
    text: `${head}${sources}  packages: [twin]\narchs: [x86_64]\n`,
    expected: { apko: "already provides cmd:base", wolfi: "already provides cmd:base" },
  },
  {
    title: "a dependency of the base that nothing has",
    text: `${head}${sources}  packages: [tool]\narchs: [x86_64]\n`,
    change: (folder) => editDatabase(folder, (text) => `${text}P:half\nV:1-r0\nD:nowhere\n\n`),
    expected: { apko: 'nothing provides "nowhere"', wolfi: 'nothing provides "nowhere"' },
  },
  {
    title: "fields besides contents, archs and include",
    text: `${head}${sources}archs: [x86_64]\nenvironment: {A: b}\n`,
    expected: {
      apko: "when using base image, the only supported image specification are",
      wolfi: '"environment" cannot stand with "contents.baseimage"',
    },
  },
  {
    title: "a missing key comes before the base image",
    text: `${head.replace("./base/", "none")}${sources.replace(TEST_KEY.name, "none.pub")}archs: [x86_64]\n`,
    expected: { apko: "failed to load keyring current/none.pub", wolfi: 'Cannot read key "current/none.pub"' },
  },
  {
    title: "the base image comes before an index",
    text: `${head.replace("./base/", "none")}${sources.replace("./current", "http://127.0.0.1:1/os")}archs: [x86_64]\n`,
    expected: { apko: "baseImage path none: file does not exist", wolfi: '"none/index.json" does not exist' },
  },
];

suite("a base image, like apko", () => {
  for (const { title, text, args = [], change, expected } of cases) {
    test(title, { skip }, async () => {
      await using folder = await workspaceWithBase();
      await writeFile(join(folder.path, "image.yaml"), text);
      await change?.(folder.path);
      const both = await lockBoth({ folder: folder.path, args });
      if ("apko" in expected) return assertBothRefuse(both, expected);
      const { contents } = JSON.parse(assertSameLockfile(both)) as {
        contents: { packages: readonly { name: string }[] };
      };
      assert.deepEqual(
        contents.packages.map(({ name }) => name),
        expected,
      );
    });
  }

  test("apko builds on top of the base from our lockfile", { skip }, async () => {
    await using folder = await workspaceWithBase();
    await writeFile(join(folder.path, "image.yaml"), `${head}${sources}  packages: [app]\n${bothArchitectures}`);
    const { wolfi } = await lockBoth({ folder: folder.path });
    assert.equal(wolfi.exitCode, 0, wolfi.messages);
    await writeFiles(folder.path, [["top/.keep", ""]]);
    const args = [
      "build",
      "image.yaml",
      "top:test",
      "top",
      "--lockfile",
      "wolfi.lock.json",
      "--vcs=false",
      "--sbom=false",
    ];
    const built = await runApko(args, { folder: folder.path, home: join(folder.path, "home") });
    assert.equal(built.exitCode, 0, built.stderr);
    for (const [path, database] of await databases(join(folder.path, "top"), 1)) {
      const installed = [
        ...Buffer.from(database)
          .toString()
          .matchAll(/^P:(.*)$/gm),
      ].map(([, name]) => name);
      assert.deepEqual(installed, ["lib", "base", "gone", "tool", "app"], path);
    }
  });

  test("fields that say nothing are taken beside it, which apko refuses", { skip }, async () => {
    await using folder = await workspaceWithBase();
    const text = `${head}${sources}  packages: [tool]\narchs: [x86_64]\naccounts: {users: []}\n`;
    await writeFile(join(folder.path, "image.yaml"), text);
    const { apko, wolfi } = await lockBoth({ folder: folder.path });
    assert.match(apko.messages, /when using base image, the only supported image specification are/);
    assert.deepEqual([apko.exitCode, wolfi.exitCode], [1, 0], wolfi.messages);
  });

  test("what apko leaves unread is refused", { skip }, async () => {
    await using folder = await workspaceWithBase();
    await writeFile(join(folder.path, "image.yaml"), `${head}${sources}  packages: [tool]\narchs: [x86_64]\n`);
    await editDatabase(folder.path, (text) => `P:long\nV:1-r0\nT:${"x".repeat(65_536)}\n\n${text}`);
    const { apko, wolfi } = await lockBoth({ folder: folder.path });
    assert.equal(apko.exitCode, 0, apko.messages);
    assert.equal(wolfi.lockfile, undefined);
    assert.match(wolfi.messages, /^image\.yaml:2:.* line 3 is too long: apko ignores what follows it$/m);
  });

  test("a manifest with another digest is refused", { skip }, async () => {
    await using folder = await workspaceWithBase();
    await writeFile(join(folder.path, "image.yaml"), `${head}${sources}  packages: [tool]\narchs: [x86_64]\n`);
    const { manifests } = JSON.parse(await readFile(join(folder.path, "base/index.json"), "utf8")) as Index;
    const path = join(folder.path, "base/blobs", manifests[0]!.digest.replace(":", "/"));
    await writeFile(path, `${await readFile(path, "utf8")} `);
    const { apko, wolfi } = await lockBoth({ folder: folder.path });
    assert.equal(apko.exitCode, 0, apko.messages);
    assert.equal(wolfi.lockfile, undefined);
    assert.match(wolfi.messages, /^image\.yaml:2:\d+: Cannot read base image: ".*" is damaged: it has sha256:/m);
  });
});

/** A base image that apko built, its database, and a repository that has moved on since then. */
async function workspaceWithBase(): ReturnType<typeof temporaryFolder> {
  const folder = await temporaryFolder();
  await writeTestRepository(join(folder.path, "old"), old, { architectures: ["x86_64", "aarch64"] });
  await writeTestRepository(join(folder.path, "current"), current, { architectures: ["x86_64", "aarch64"] });
  const configuration = `contents:\n  repositories: [./old]\n  keyring: [old/${TEST_KEY.name}]\n  packages: [base, gone]\n`;
  await writeFiles(folder.path, [
    ["base.yaml", `${configuration}${bothArchitectures}`],
    ["base/.keep", ""],
    ["home/.keep", ""],
  ]);
  const args = ["build", "base.yaml", "base:test", "base", "--vcs=false", "--sbom=false", "--offline"];
  const built = await runApko(args, { folder: folder.path, home: join(folder.path, "home") });
  assert.equal(built.exitCode, 0, built.stderr);
  await writeFiles(folder.path, await databases(join(folder.path, "base")));
  return folder;
}

interface Index {
  readonly manifests: readonly { readonly digest: string }[];
}

async function databases(layout: string, layer = 0): Promise<readonly (readonly [string, Uint8Array])[]> {
  const blob = (digest: string): Promise<Buffer> => readFile(join(layout, "blobs", digest.replace(":", "/")));
  const json = async (digest: string): Promise<unknown> => JSON.parse((await blob(digest)).toString());
  const { manifests } = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as Index;
  return Promise.all(
    manifests.map(async ({ digest }) => {
      const { config, layers } = (await json(digest)) as { config: { digest: string }; layers: { digest: string }[] };
      const { architecture } = (await json(config.digest)) as { architecture: string };
      const entries = await unpackTar(gunzipSync(await blob(layers[layer]!.digest)));
      const installed = entries.find(({ header }) => header.name === "usr/lib/apk/db/installed");
      const name = architecture === "amd64" ? "x86_64" : "aarch64";
      return [`database/${name}/APKINDEX`, installed?.data ?? new Uint8Array()] as const;
    }),
  );
}

async function filesBelow(
  folder: string,
  from: string,
  to: string,
): Promise<readonly (readonly [string, Uint8Array])[]> {
  const entries = await readdir(join(folder, from), { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.replace(join(folder, from), to), await readFile(path)] as const;
      }),
  );
}

async function editDatabase(folder: string, change: (text: string) => string): Promise<void> {
  const path = join(folder, "database/x86_64/APKINDEX");
  await writeFile(path, change(await readFile(path, "utf8")));
}

/** As crane and skopeo write it: the index of the layout names an index, which names the images. */
async function nestIndex(folder: string): Promise<void> {
  const path = join(folder, "base/index.json");
  const inner = await readFile(path);
  const hex = createHash("sha256").update(inner).digest("hex");
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const manifests = [{ mediaType, size: inner.length, digest: `sha256:${hex}` }];
  await writeFiles(folder, [
    [`base/blobs/sha256/${hex}`, inner],
    ["base/index.json", JSON.stringify({ schemaVersion: 2, mediaType, manifests })],
  ]);
}
