import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

/** The image in OCI's layout. */
const folder = process.argv[2] ?? "";
const index = JSON.parse(String(readFileSync(join(folder, "index.json"))));
const manifest = JSON.parse(String(readBlob(index.manifests[0].digest)));

test("the image starts the program", () => {
  const { config } = JSON.parse(String(readBlob(manifest.config.digest)));
  assert.deepEqual(config.Entrypoint, ["/sbin/tini", "--", "/usr/bin/node", "/app/thing.mjs"]);
});

test("the last layer holds the program, which needs nothing beside it", () => {
  const program = readFileOfTar(gunzipSync(readBlob(manifest.layers.at(-1).digest)), "app/thing.mjs");
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-", "Wolfi"], { input: program });
  assert.deepEqual([status, String(stdout)], [0, "Hello, Wolfi\n"]);
});

function readBlob(digest: string): Buffer {
  return readFileSync(join(folder, "blobs", digest.replace(":", "/")));
}

/** A tar archive is blocks of 512 bytes: the header has the name at 0, the size in octal at 124. */
function readFileOfTar(archive: Buffer, name: string): Buffer {
  for (let at = 0; at < archive.length;) {
    const size = parseInt(archive.toString("latin1", at + 124, at + 135), 8) || 0;
    if (archive.toString("latin1", at, at + 100).replace(/\0.*$/s, "") === name) {
      return archive.subarray(at + 512, at + 512 + size);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return assert.fail(`the layer does not hold ${name}`);
}
