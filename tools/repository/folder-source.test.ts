import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { folderSource } from "./folder-source.ts";
import { readBody, type ByteRange } from "./source.ts";

const { signal } = new AbortController();

suite("folderSource()", () => {
  test("reads absolute paths and relative ones, the whole and ranges", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "file"), "0123456789");
    const source = folderSource({ workingDirectory: folder.path });
    for (const path of ["file", "./file", join(folder.path, "file")]) {
      for (const [range, expected] of [
        [undefined, [200, 10, "0123456789"]],
        [{ start: 2, end: 4 }, [206, 10, "234"]],
        [{ start: 8, end: 4095 }, [206, 10, "89"]],
        [{ start: 10, end: 20 }, [416, 10, ""]],
      ] as const) {
        assert.deepEqual(await read(source, path, range), expected);
      }
    }
  });

  test("answers 404 for a missing file, also below a file", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "file"), "");
    const source = folderSource({ workingDirectory: folder.path });
    for (const path of ["missing", "missing/file", "file/below"]) {
      assert.deepEqual(await read(source, path), [404, undefined, ""]);
    }
    assert.deepEqual(await read(source, "file", { start: 0, end: 4095 }), [416, 0, ""]);
  });

  test("refuses a folder, and what the system refuses", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "folder"));
    const source = folderSource({ workingDirectory: folder.path });
    await assert.rejects(source.read("folder", { signal }), {
      code: "READ_FAILED",
      message: 'Cannot read "folder": it is not a file',
    });
    await assert.rejects(source.read("n".repeat(300), { signal }), { code: "READ_FAILED", message: /ENAMETOOLONG/ });
    await assert.rejects(source.read("a\0b", { signal }), { name: "WolfiError", code: "READ_FAILED" });
  });

  test("stops with the signal's reason", async () => {
    const reason = new Error("Ctrl-C");
    const source = folderSource({ workingDirectory: "/" });
    await assert.rejects(source.read("file", { signal: AbortSignal.abort(reason) }), reason);
  });
});

async function read(
  source: ReturnType<typeof folderSource>,
  path: string,
  range?: ByteRange,
): Promise<readonly [number, number | undefined, string]> {
  const response = await source.read(path, { signal, ...(range === undefined ? {} : { range }) });
  const bytes = await readBody(response.body, { url: path, maxBytes: 1000 });
  return [response.status, response.totalSizeBytes, Buffer.from(bytes).toString()];
}
