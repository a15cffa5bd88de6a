import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { CommanderError } from "commander";
import { packTar } from "modern-tar";
import { readIndex } from "../apk/apk-index.ts";
import { readPackageHead } from "../apk/package-head.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { packageCommand } from "./command.ts";

const recipe = `origin: a
version: 1
epoch: 0
license: MIT
packages:
  - name: a
    description: an a
    contents:
      - { path: /a, file: files/a }
      - { path: /b, input: b }
`;

/** A folder with a recipe, what it needs, and a key. */
async function workspace(): Promise<Awaited<ReturnType<typeof temporaryFolder>>> {
  const folder = await temporaryFolder();
  await mkdir(join(folder.path, "recipes", "files"), { recursive: true });
  await writeFile(join(folder.path, "recipes", "a.yaml"), recipe);
  await writeFile(join(folder.path, "recipes", "files", "a"), "a");
  await writeFile(join(folder.path, "given"), "b");
  await writeFile(join(folder.path, "test.rsa"), TEST_KEY.privatePem);
  return folder;
}

async function run(folder: string, ...args: readonly string[]): Promise<void> {
  const command = packageCommand({ workingDirectory: folder, workspaceRoot: folder });
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  }
  await command.parseAsync(args, { from: "user" });
}

const build = ["build", "--recipe", "recipes/a.yaml", "--architecture", "x86_64", "--key", "test.rsa"];
const input = ["--input", "b=given"];

suite("wolfi package", () => {
  test("build writes the packages and, when asked, their index: the same bytes each time", async () => {
    await using folder = await workspace();
    await run(folder.path, ...build, ...input, "--index", "--output", "out/x86_64");
    await run(folder.path, ...build, ...input, "--output", "again");
    assert.deepEqual((await readdir(join(folder.path, "out/x86_64"))).sort(), ["APKINDEX.tar.gz", "a-1-r0.apk"]);
    assert.deepEqual(await readdir(join(folder.path, "again")), ["a-1-r0.apk"]);
    const apk = await readFile(join(folder.path, "out/x86_64/a-1-r0.apk"));
    assert.deepEqual(await readFile(join(folder.path, "again/a-1-r0.apk")), apk);

    const indexArgs = ["index", "--architecture", "x86_64", "--key", "test.rsa", "--output", "other/APKINDEX.tar.gz"];
    await run(folder.path, ...indexArgs, "again/a-1-r0.apk");
    const index = await readFile(join(folder.path, "other/APKINDEX.tar.gz"));
    assert.deepEqual(index, await readFile(join(folder.path, "out/x86_64/APKINDEX.tar.gz")));
    assert.equal(readIndex(index, { keys: [TEST_KEY] }).packages.at(0)?.sizeBytes, BigInt(apk.length));
  });

  test("build puts an archive in the place of a placeholder", async () => {
    await using folder = await workspace();
    const placeholder = recipe.replace(/contents:[^]*/, "placeholder: true\n");
    await writeFile(join(folder.path, "recipes", "a.yaml"), placeholder);
    await writeFile(join(folder.path, "a.tar"), await packTar([{ header: { name: "./b", size: 1 }, body: "b" }]));
    await run(folder.path, ...build, "--contents", "a.tar", "--output", "out");
    const apk = await readFile(join(folder.path, "out/a-1-r0.apk"));
    assert.equal(readPackageHead(apk, apk.length)?.info.installedSizeBytes, 1064n);
  });

  for (const [what, args, error] of [
    ["contents that are no archive", [...build, ...input, "--contents", "given"], { code: "TAR_INVALID" }],
    ["an input that no one gives", build, { code: "RECIPE_FILE_MISSING", kind: "input" }],
    [
      "an input that is not there",
      [...build, "--input", "b=none"],
      { message: 'Cannot read "none": there is no such file' },
    ],
    [
      "a recipe that is not there",
      build.with(2, "none.yaml"),
      { message: 'Cannot read "none.yaml": there is no such file' },
    ],
    ["a key that is a recipe", build.with(6, "recipes/a.yaml"), { code: "KEY_INVALID", kind: "input" }],
    ["an input without a file", [...build, "--input", "b"], { code: "commander.invalidArgument" }],
    ["no key", build.slice(0, 5), { code: "commander.missingMandatoryOptionValue" }],
  ] as const) {
    test(`build with ${what} fails and writes nothing`, async () => {
      await using folder = await workspace();
      await assert.rejects(run(folder.path, ...args, "--output", "out"), error);
      assert.deepEqual((await readdir(folder.path)).sort(), ["given", "recipes", "test.rsa"]);
    });
  }

  test("build names the file beside a recipe that is missing", async () => {
    await using folder = await workspace();
    await writeFile(join(folder.path, "recipes", "a.yaml"), recipe.replace("files/a", "files/none"));
    await assert.rejects(run(folder.path, ...build, ...input, "--output", "out"), {
      message: 'Cannot read "recipes/files/none": there is no such file',
    });
  });

  test("index of something that is no package fails and writes nothing", async () => {
    await using folder = await workspace();
    const args = ["index", "--architecture", "x86_64", "--key", "test.rsa", "--output", "out"];
    await assert.rejects(run(folder.path, ...args, "given"), (error) => !(error instanceof CommanderError));
    await assert.rejects(run(folder.path, ...args), { code: "commander.missingArgument" });
    assert.deepEqual((await readdir(folder.path)).sort(), ["given", "recipes", "test.rsa"]);
  });
});
