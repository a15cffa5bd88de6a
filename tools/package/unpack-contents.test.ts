import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { packTar, type TarHeader } from "modern-tar";
import { unpackContents } from "./unpack-contents.ts";

async function archive(...entries: readonly (TarHeader & { readonly body?: string })[]): Promise<Uint8Array> {
  return await packTar(entries.map(({ body = "", ...header }) => ({ header: { ...header, size: body.length }, body })));
}

suite("unpackContents()", () => {
  test("gives files, folders and links, whoever they belong to, without the folder of the whole", async () => {
    const longTarget = "../".repeat(40) + "target";
    const files = unpackContents(
      await archive(
        { name: "./", size: 0, type: "directory" },
        { name: "./usr/", size: 0, type: "directory", mode: 0o711 },
        { name: "./usr/program", size: 0, mode: 0o4755, uid: 7, body: "program" },
        { name: "/usr/link", size: 0, type: "symlink", linkname: "program" },
        { name: "./usr/long", size: 0, type: "symlink", linkname: longTarget },
      ),
    );
    assert.deepEqual(
      files.map((file) => (file.kind === "file" ? { ...file, content: Buffer.from(file.content).toString() } : file)),
      [
        { kind: "directory", path: "usr", mode: 0o711 },
        { kind: "file", path: "usr/program", mode: 0o4755, content: "program" },
        { kind: "symlink", path: "usr/link", target: "program" },
        { kind: "symlink", path: "usr/long", target: longTarget },
      ],
    );
  });

  test("refuses what a package cannot hold", async () => {
    const device = await archive({ name: "dev/null", size: 0, type: "character-device" });
    assert.throws(() => unpackContents(device), {
      code: "CONTENTS_INVALID",
      message: 'Cannot read contents: "dev/null" has the tar type "3"',
    });
  });
});
