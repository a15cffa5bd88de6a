/** What the image of gitserver has to hold, by value; //tools/image:image-contents.check.ts compares it with its YAML. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseArgs } from "node:util";
import { testArguments } from "../../tools/development/test-arguments.ts";
import { findFile } from "../../tools/image/image-tree.ts";
import { readImageLayout } from "../../tools/image/read-image-layout.ts";

const { values } = parseArgs({
  args: [...testArguments(process.argv)],
  options: { base: { type: "string", default: "" }, image: { type: "string", default: "" } },
  strict: false,
});
const base = readImageLayout(String(values.base), isKept);
const image = readImageLayout(String(values.image), isKept);
base.catch(() => undefined);
image.catch(() => undefined);

suite(":wolfi_base_image", () => {
  test("settings", async () => {
    assert.deepEqual((await base).settings.config, {
      Entrypoint: ["/sbin/tini", "--"],
      Cmd: ["/bin/bash"],
      Env: [
        "GITSERVER_ADDRESS=0.0.0.0:3178",
        "GITSERVER_REPOS=/data/repos",
        "LANG=C.UTF-8",
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
      ],
      ExposedPorts: {},
      Labels: {
        ...ANNOTATIONS,
        "dev.wolfi.placeholders": (await base).settings.config.Labels["dev.wolfi.placeholders"],
      },
      StopSignal: "",
      User: "100",
      Volumes: {},
      WorkingDir: "/data/repos",
    });
  });

  test("annotations of index and manifest", async () => {
    assert.deepEqual((await base).index.annotations, ANNOTATIONS);
    assert.deepEqual((await base).manifest.annotations, ANNOTATIONS);
  });

  test("user and group", async () => {
    const { files } = await base;
    const lines = (path: string): readonly string[] =>
      Buffer.from(files.get(path)?.content ?? [])
        .toString()
        .split("\n");
    const user = "sourcegraph:x:100:101:Account created by apko:/home/sourcegraph:/bin/sh";
    assert.ok(lines("etc/passwd").includes(user));
    assert.ok(lines("etc/group").includes("sourcegraph:x:101:"));
  });

  for (const [path, type, owner, mode] of [
    ["/data/repos", "directory", "100:101", 0o755],
    ["/data/tmp", "directory", "100:101", 0o700],
    ["/home/sourcegraph", "directory", "100:101", 0o700],
    ["/tmp", "directory", "0:0", 0o1777],
    ["/bin/node", "file", "0:0", 0o755],
    ["/etc/ssl/cert.pem", "file", "0:0", 0o644],
    ["/etc/os-release", "file", "0:0", 0o644],
    ["/etc/gitconfig", "file", "0:0", 0o644],
  ] as const) {
    test(path, async () => {
      const file = findFile((await base).files, path);
      assert.deepEqual([file?.type, `${file?.uid}:${file?.gid}`, file?.mode], [type, owner, mode]);
    });
  }

  test("certificates can be read", async () => {
    const bundle = findFile((await base).files, "/etc/ssl/cert.pem")?.content;
    const count = Buffer.from(bundle ?? [])
      .toString()
      .match(/^-----BEGIN CERTIFICATE-----$/gm)?.length;
    assert.ok((count ?? 0) > 100, `${count} certificates`);
  });
});

suite(":image", () => {
  test("settings: those of the base, with a program that needs no arguments, and a port", async () => {
    assert.deepEqual((await image).settings.config, {
      ...(await base).settings.config,
      Entrypoint: ["/sbin/tini", "--", "/usr/bin/node", "/app/gitserver.mjs"],
      Cmd: [],
      ExposedPorts: { "3178/tcp": {} },
    });
  });

  test("one layer more, with the program alone", async () => {
    const { layers, files } = await image;
    assert.equal(layers.length, (await base).layers.length + 1);
    assert.deepEqual(
      layers.at(-1)?.map(({ path, type, mode, uid, gid }) => [path, type, mode, uid, gid]),
      [
        ["app", "directory", 0o755, 0, 0],
        ["app/gitserver.mjs", "file", 0o644, 0, 0],
      ],
    );
    assert.match(Buffer.from(files.get("app/gitserver.mjs")?.content ?? []).toString(), /git-upload-pack/);
  });
});

const ANNOTATIONS = {
  "org.opencontainers.image.created": "1970-01-01T00:00:00Z",
  "org.opencontainers.image.description": "What a read-only git server needs to run",
  "org.opencontainers.image.title": "gitserver",
};

function isKept(path: string): boolean {
  return ["etc/passwd", "etc/group", "etc/ssl/certs/ca-certificates.crt", "app/gitserver.mjs"].includes(path);
}
