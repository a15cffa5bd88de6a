import assert from "node:assert/strict";
import { mkdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { findRepository } from "./repositories.ts";
import { makeScratch } from "./sample-repository.ts";

/** What makes a folder a repository in git's eyes; enough here, and it needs no git. */
async function makeGitFolder(path: string): Promise<void> {
  await mkdir(join(path, "objects"), { recursive: true });
  await mkdir(join(path, "refs"));
  await writeFile(join(path, "HEAD"), "ref: refs/heads/main\n");
}

/** Lays out `root` with repositories, and one that must not be found beside it. */
async function makeFolders(scratch: string): Promise<string> {
  const root = join(scratch, "root");
  await makeGitFolder(join(root, "bare.git"));
  await makeGitFolder(join(root, "plain"));
  await makeGitFolder(join(root, "work", ".git"));
  await makeGitFolder(join(root, "group", "deep", "nested.git"));
  await makeGitFolder(join(root, "bare.git", "modules", "inner"));
  await makeGitFolder(join(root, "work", "vendored"));
  await makeGitFolder(join(root, ".hidden"));
  await makeGitFolder(join(root, "both"));
  await makeGitFolder(join(root, "both.git"));
  await makeGitFolder(join(scratch, "outside"));
  await makeGitFolder(join(scratch, "root-too"));
  await mkdir(join(root, "empty"));
  await mkdir(join(root, "linked-work"));
  await writeFile(join(root, "linked-work", ".git"), `gitdir: ${join(scratch, "outside")}\n`);
  await symlink("../outside", join(root, "link-out"));
  await symlink("../root-too", join(root, "link-beside"));
  await symlink("..", join(root, "link-up"));
  await symlink("plain", join(root, "link-in"));
  await symlink("link-loop", join(root, "link-loop"));
  return root;
}

suite("findRepository()", () => {
  test("finds and refuses by name", async (t) => {
    await using scratch = await makeScratch();
    const root = await makeFolders(scratch.folder);
    const realRoot = await realpath(root);
    for (const [name, found] of [
      ["bare.git", "bare.git"],
      ["bare", "bare.git"],
      ["plain", "plain"],
      ["plain.git", "plain"],
      ["work", "work/.git"],
      ["work.git", "work/.git"],
      ["group/deep/nested", "group/deep/nested.git"],
      ["group/deep/nested.git", "group/deep/nested.git"],
      ["both", "both"],
      ["both.git", "both.git"],
      ["link-in", "plain"],
      ["%70lain", "plain"],
    ] as const) {
      await t.test(`${name} is ${found}`, async () => {
        assert.equal(await findRepository(root, name), join(realRoot, found));
      });
    }
    for (const [name, why] of [
      ["missing", "not there"],
      ["empty", "no repository"],
      ["group", "only a folder of repositories"],
      ["", "no name"],
      [".", "the root itself"],
      ["..", "above the root"],
      ["../outside", "beside the root"],
      ["../root/plain", "out and in again"],
      ["plain/../plain", "a detour"],
      ["./plain", "a detour"],
      ["plain/", "an empty part"],
      ["/plain", "an empty part"],
      ["group//deep/nested", "an empty part"],
      ["%2e%2e/outside", "escaped dots"],
      ["..%2foutside", "an escaped slash"],
      ["group%2fdeep%2fnested", "an escaped slash"],
      ["%252e%252e/outside", "escaped twice"],
      ["..%5coutside", "a backslash"],
      ["plain%00", "a zero byte"],
      ["plain%0a", "a line break"],
      ["%ff", "not UTF-8"],
      ["%", "a broken escape"],
      ["-plain", "looks like an option"],
      [".hidden", "hidden"],
      ["work/.git", "inside a repository"],
      ["work/vendored", "inside a repository"],
      ["bare.git/modules/inner", "inside a repository"],
      ["link-out", "a link out"],
      ["link-beside", "a link to a folder whose path begins like the root's"],
      ["link-up/outside", "a link upwards"],
      ["link-loop", "a link to itself"],
      ["linked-work", "a .git file that points out"],
      ["a".repeat(300), "too long"],
      ["a/".repeat(5000) + "a", "too deep"],
      ["pläin", "not ASCII"],
    ] as const) {
      await t.test(`${name.slice(0, 40)} is none: ${why}`, async () => {
        assert.equal(await findRepository(root, name), undefined);
      });
    }
  });

  test("never gives anything that is not below the folder", async () => {
    await using scratch = await makeScratch();
    const root = await makeFolders(scratch.folder);
    const realRoot = await realpath(root);
    const part = fc.constantFrom("..", ".", "", "%2e%2e", "%2f", "root", "outside", "link-up", "link-out", "plain");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(part, fc.string()), { maxLength: 5 }), async (parts) => {
        const found = await findRepository(root, parts.join("/"));
        assert.ok(found === undefined || found.startsWith(`${realRoot}/`), found);
      }),
    );
  });

  test("finds nothing while the folder is not there", async () => {
    await using scratch = await makeScratch();
    await rm(scratch.folder, { recursive: true });
    assert.equal(await findRepository(scratch.folder, "plain"), undefined);
  });
});
