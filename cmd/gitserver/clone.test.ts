import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { commit, git, makeRepository, withoutGit } from "./sample-repository.ts";
import { ask, start } from "./sample-server.ts";

suite("clone and fetch with an ordinary git", { skip: withoutGit }, () => {
  for (const version of [0, 1, 2]) {
    test(`protocol ${version}: clone, then fetch what is new`, async () => {
      await using fixture = await start();
      const origin = join(fixture.repositories, "group", "sample.git");
      await mkdir(join(fixture.repositories, "group"));
      await makeRepository(origin);
      const clone = join(fixture.scratch, "clone");
      const config = [`protocol.version=${version}`];
      const before = await snapshot(origin);
      await git(["clone", "--quiet", `${fixture.url}/group/sample`, clone], { config });
      assert.equal(await git(["rev-list", "--count", "HEAD"], { cwd: clone }), "3");
      assert.equal(await readFile(join(clone, "file.txt"), "utf8"), "three\n");
      assert.deepEqual(await snapshot(origin), before, "serving changes nothing in the repository");

      const work = join(fixture.scratch, "work");
      await git(["clone", "--quiet", origin, work]);
      await writeFile(join(work, "file.txt"), "four\n");
      await commit(work, "four");
      await git(["push", "--quiet", "origin", "HEAD:main"], { cwd: work });
      await git(["fetch", "--quiet"], { cwd: clone, config });
      assert.equal(await git(["show", "origin/main:file.txt"], { cwd: clone }), "four");
      await git(["fsck", "--strict"], { cwd: clone });
      assert.deepEqual(
        fixture.entries.map(({ level, message }) => `${level} ${message}`),
        fixture.entries.map(() => "info Served."),
      );
    });

    test(`protocol ${version}: the version asked for is spoken`, async () => {
      await using fixture = await start();
      await makeRepository(join(fixture.repositories, "sample"));
      const target = "/sample/info/refs?service=git-upload-pack";
      const headers: Record<string, string> = version === 0 ? {} : { "Git-Protocol": `version=${version}` };
      const answer = await ask(fixture.url, target, { headers });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["content-type"], "application/x-git-upload-pack-advertisement");
      assert.match(answer.headers["cache-control"] ?? "", /no-cache/);
      const start0 = "001e# service=git-upload-pack\n0000";
      const begins = [
        new RegExp(`^${start0}[0-9a-f]{44} HEAD`),
        new RegExp(`^${start0}000eversion 1\n`),
        /^000eversion 2\n/,
      ];
      assert.match(answer.text, begins[version] ?? /never/);
    });

    test(`protocol ${version}: partial clone fetches its blobs later`, async () => {
      await using fixture = await start();
      await makeRepository(join(fixture.repositories, "sample.git"));
      const clone = join(fixture.scratch, "clone");
      const config = [`protocol.version=${version}`];
      await git(["clone", "--quiet", "--filter=blob:none", `${fixture.url}/sample.git`, clone], { config });
      const missing = await git(["rev-list", "--objects", "--missing=print", "HEAD"], { cwd: clone });
      assert.equal(missing.split("\n").filter((line) => line.startsWith("?")).length, 2);
      assert.equal(await git(["show", "v1:file.txt"], { cwd: clone, config }), "one");
    });
  }

  test("shallow clone, then its whole history", async () => {
    await using fixture = await start();
    const origin = join(fixture.repositories, "sample.git");
    await makeRepository(origin);
    const clone = join(fixture.scratch, "clone");
    const before = await snapshot(origin);
    await git(["clone", "--quiet", "--depth=1", `${fixture.url}/sample`, clone]);
    assert.equal(await git(["rev-list", "--count", "HEAD"], { cwd: clone }), "1");
    await git(["fetch", "--quiet", "--unshallow"], { cwd: clone });
    assert.equal(await git(["rev-list", "--count", "HEAD"], { cwd: clone }), "3");
    assert.deepEqual(await snapshot(origin), before, "serving changes nothing in the repository");
  });

  test("several at once, more than may run", async () => {
    await using fixture = await start({ maxRunning: 1, maxWaiting: 20 });
    await makeRepository(join(fixture.repositories, "sample.git"), 300_000);
    const clones = ["a", "b", "c", "d"].map((name) => join(fixture.scratch, name));
    await Promise.all(clones.map((clone) => git(["clone", "--quiet", `${fixture.url}/sample`, clone])));
    for (const clone of clones) assert.equal((await stat(join(clone, "payload"))).size, 300_000);
  });

  test("an empty repository", async () => {
    await using fixture = await start();
    await git(["init", "--quiet", "--bare", join(fixture.repositories, "empty.git")]);
    await git(["clone", "--quiet", `${fixture.url}/empty`, join(fixture.scratch, "clone")]);
    assert.equal(fixture.entries[0]?.request?.status, 200);
  });

  test("a push is refused in words", async () => {
    await using fixture = await start();
    await makeRepository(join(fixture.repositories, "sample.git"));
    const clone = join(fixture.scratch, "clone");
    await git(["clone", "--quiet", `${fixture.url}/sample`, clone]);
    await assert.rejects(git(["push", "origin", "HEAD:refs/heads/new"], { cwd: clone }), (error: Error) => {
      assert.match(error.message, /remote: This server is read-only: pushes are refused\./);
      assert.match(error.message, /error: 403/);
      return true;
    });
    const answer = await ask(fixture.url, "/sample/git-receive-pack", { method: "POST", body: "x".repeat(200_000) });
    assert.deepEqual([answer.status, answer.text], [403, "This server is read-only: pushes are refused.\n"]);
  });

  test("a repository that is not there is said not to be found", async () => {
    await using fixture = await start();
    const clone = join(fixture.scratch, "clone");
    await assert.rejects(git(["clone", `${fixture.url}/missing`, clone]), (error: Error) => {
      assert.match(error.message, /remote: There is no such repository\./);
      assert.match(error.message, /not found/);
      return true;
    });
  });
});

async function snapshot(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return await Promise.all(
    names.toSorted().map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}
