import assert from "node:assert/strict";
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeFilesWhole, writeFileWhole } from "./write-file.ts";

suite("writeFileWhole()", () => {
  test("writes a new file, and leaves no other", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "new.json");
    await writeFileWhole(path, "new\n");
    assert.equal(await readFile(path, "utf8"), "new\n");
    assert.deepEqual(await readdir(folder.path), ["new.json"]);
    assert.equal((await stat(path)).mode & 0o111, 0);
  });

  test("replaces a file, with its permissions", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "old.json");
    await writeFile(path, "a much longer text than the new one");
    await chmod(path, 0o640);
    await writeFileWhole(path, Buffer.from("new"));
    assert.equal(await readFile(path, "utf8"), "new");
    assert.equal((await stat(path)).mode & 0o777, 0o640);
  });

  test("writes through a link, which stays one", async () => {
    await using folder = await temporaryFolder();
    const [target, link] = [join(folder.path, "real/target.json"), join(folder.path, "link.json")];
    await mkdir(join(folder.path, "real"));
    await writeFile(target, "old");
    await symlink(target, link);
    await writeFileWhole(link, "new");
    assert.equal(await readFile(target, "utf8"), "new");
    assert.ok((await lstat(link)).isSymbolicLink());
    assert.deepEqual(await readdir(folder.path), ["link.json", "real"]);
  });

  for (const [why, path] of [
    ["the folder is missing", "missing/file.json"],
    ["the path is a folder", "folder"],
    ["a folder is a file", "file.txt/file.json"],
  ] as const) {
    test(`says that it cannot, and changes nothing, where ${why}`, async () => {
      await using folder = await temporaryFolder();
      await mkdir(join(folder.path, "folder"));
      await writeFile(join(folder.path, "folder/inside"), "kept");
      await writeFile(join(folder.path, "file.txt"), "kept");
      await assert.rejects(writeFileWhole(join(folder.path, path), "new"), (error) => {
        assert.ok(error instanceof WolfiError);
        assert.equal(error.code, "WRITE_FAILED");
        assert.equal(error.kind, "work");
        return true;
      });
      assert.deepEqual((await readdir(folder.path, { recursive: true })).sort(), [
        "file.txt",
        "folder",
        "folder/inside",
      ]);
      assert.equal(await readFile(join(folder.path, "file.txt"), "utf8"), "kept");
    });
  }
});

suite("writeFilesWhole()", () => {
  test("writes all, with the folders that they need", async () => {
    await using folder = await temporaryFolder();
    const at = (path: string): string => join(folder.path, path);
    await writeFile(at("old.yaml"), "old");
    await chmod(at("old.yaml"), 0o640);
    await writeFilesWhole([
      { path: at("old.yaml"), contents: "new" },
      { path: at("a/b/new.json"), contents: "{}" },
      { path: at("a/BUILD.bazel"), contents: "x()" },
    ]);
    assert.deepEqual((await readdir(folder.path, { recursive: true })).sort(), [
      "a",
      "a/BUILD.bazel",
      "a/b",
      "a/b/new.json",
      "old.yaml",
    ]);
    assert.equal(await readFile(at("old.yaml"), "utf8"), "new");
    assert.equal((await stat(at("old.yaml"))).mode & 0o777, 0o640);
    assert.equal(await readFile(at("a/b/new.json"), "utf8"), "{}");
  });

  for (const [why, path] of [
    ["is a folder, which shows when the others are written", "folder"],
    ["has a file for a folder", "file.txt/c.json"],
  ] as const) {
    test(`leaves all as they were where one ${why}`, async () => {
      await using folder = await temporaryFolder();
      const at = (name: string): string => join(folder.path, name);
      await mkdir(at("folder"));
      await writeFile(at("folder/inside"), "kept");
      await writeFile(at("file.txt"), "kept");
      await writeFile(at("old.yaml"), "old");
      await chmod(at("old.yaml"), 0o640);
      const files = ["old.yaml", "new.json", "x/y/new.json", path, "file.txt"];
      await assert.rejects(writeFilesWhole(files.map((name) => ({ path: at(name), contents: "new" }))), (error) => {
        assert.ok(error instanceof WolfiError);
        assert.equal(error.code, "WRITE_FAILED");
        assert.ok(error.message.includes(at(path.replace("/c.json", ""))), error.message);
        return true;
      });
      assert.deepEqual((await readdir(folder.path, { recursive: true })).sort(), [
        "file.txt",
        "folder",
        "folder/inside",
        "old.yaml",
      ]);
      for (const name of ["file.txt", "folder/inside"]) assert.equal(await readFile(at(name), "utf8"), "kept");
      assert.equal(await readFile(at("old.yaml"), "utf8"), "old");
      assert.equal((await stat(at("old.yaml"))).mode & 0o777, 0o640);
    });
  }

  test("ends where the system makes no folders", { skip: process.platform !== "linux" && "needs Linux" }, async () => {
    await assert.rejects(writeFilesWhole([{ path: "/proc/new/folder/file", contents: "" }]), {
      code: "WRITE_FAILED",
      message: "Cannot make folder \"/proc/new/folder\": ENOENT: no such file or directory, mkdir '/proc/new'",
    });
  });

  test("makes a folder that others make at the same moment", async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => join(folder.path, "a/b/c", name);
    const names = Array.from({ length: 8 }, (_, number) => `${number}.json`);
    await Promise.all(names.map((name) => writeFilesWhole([{ path: at(name), contents: name }])));
    assert.deepEqual(await readdir(at(".")), names);
  });
});
