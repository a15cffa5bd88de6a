import assert from "node:assert/strict";
import { chmod, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeFiles } from "../testing/write-files.ts";
import { assertBothRefuse, assertSameLockfile, lockBoth } from "./testing/lock-both.ts";
import { refusedCases, repositoryFiles, smallest, specificationCases } from "./testing/specification-cases.ts";

const { skip } = apkoOracle();

for (const [subject, cases] of Object.entries(specificationCases)) {
  suite(`lock like apko: ${subject}`, () => {
    for (const { title, files, args = [], configuration = "image.yaml", server: options, expected } of cases) {
      test(title, { skip }, async () => {
        await using folder = await temporaryFolder();
        const all = new Map(repositoryFiles);
        await using server = await serveFiles(all, options);
        await writeFiles(folder.path, all);
        for (const [path, contents] of Object.entries(files)) {
          const withServer =
            typeof contents === "string"
              ? contents.replaceAll("SERVER", server.url).replaceAll("USER", server.url.replace("://", "://me:p%25w@"))
              : contents;
          await writeFiles(folder.path, [[path, withServer]]);
        }
        const both = await lockBoth({ folder: folder.path, args, configuration });
        if (expected instanceof RegExp) assert.match(assertSameLockfile(both), expected);
        else assertBothRefuse(both, expected);
      });
    }
  });
}

suite("lock not like apko: refused", () => {
  for (const [title, files, ours] of refusedCases) {
    test(title, { skip }, async () => {
      await using folder = await temporaryFolder();
      await writeFiles(folder.path, [...repositoryFiles, ...Object.entries(files)]);
      const { apko, wolfi } = await lockBoth({ folder: folder.path });
      assert.equal(apko.exitCode, 0, apko.messages);
      assert.equal(wolfi.lockfile, undefined);
      assert.ok(wolfi.messages.includes(ours), wolfi.messages);
    });
  }
});

suite("lock not like apko: taken", () => {
  test("a server that does not answer HEAD", { skip }, async () => {
    await using folder = await temporaryFolder();
    await using server = await serveFiles(repositoryFiles, {
      intercept: ({ method }) => (method === "HEAD" ? { status: 405 } : undefined),
    });
    await writeFiles(folder.path, [
      ...repositoryFiles,
      ["image.yaml", smallest.replace("./main", `${server.url}/main`)],
    ]);
    const { apko, wolfi } = await lockBoth({ folder: folder.path });
    assert.match(apko.messages, /unexpected status code 405/);
    assert.deepEqual([apko.exitCode, wolfi.exitCode, wolfi.messages], [1, 0, ""]);
  });

  test("names besides a configuration, which apko ignores, are a wrong call", { skip }, async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, [...repositoryFiles, ["image.yaml", smallest]]);
    const { apko, wolfi } = await lockBoth({ folder: folder.path, args: ["other.yaml"], configuration: "image.yaml" });
    assert.deepEqual([apko.exitCode, wolfi.exitCode, wolfi.lockfile], [0, 2, undefined], apko.messages);
  });
});

suite("lock where apko is random", () => {
  test(
    "a repository with and without a label: apko gives both lines the label that it reads first",
    { skip },
    async () => {
      await using folder = await temporaryFolder();
      const text = smallest.replace("[./main]", '[./main, ./edge, "@edge ./edge"]');
      await writeFiles(folder.path, [
        ...repositoryFiles,
        ["image.yaml", text.replace("archs", "  packages: [app, lib]\narchs")],
      ]);
      const { apko, wolfi } = await lockBoth({ folder: folder.path });
      assert.match(apko.lockfile ?? apko.messages, /main\/x86_64\/lib-1\.0-r0\.apk|edge\/x86_64\/lib-2\.0-r0\.apk/);
      assert.match(wolfi.lockfile ?? wolfi.messages, /edge\/x86_64\/lib-2\.0-r0\.apk/);
    },
  );
});

suite("lock like apko: the written file", () => {
  test("is as readable as apko's, and not executable", { skip }, async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, [...repositoryFiles, ["image.yaml", smallest]]);
    await lockBoth({ folder: folder.path });
    const modes = await Promise.all(["apko", "wolfi"].map((name) => modeOf(join(folder.path, `${name}.lock.json`))));
    assert.deepEqual(modes, [0o777 & ~process.umask(), 0o666 & ~process.umask()]);
    await chmod(join(folder.path, "wolfi.lock.json"), 0o600);
    await writeFile(join(folder.path, "image.yaml"), `${smallest}# changed\n`);
    await lockBoth({ folder: folder.path });
    assert.equal(await modeOf(join(folder.path, "wolfi.lock.json")), 0o600);
  });
});

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}
