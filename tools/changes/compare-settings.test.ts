import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import { compareSettings } from "./compare-settings.ts";

const base = `contents:
  repositories: [http://packages.test/os]
  packages: [git, bash]
accounts:
  users:
    - {username: git, uid: 100, gid: 100}
  run-as: git
paths:
  - {path: /data, type: directory, uid: 100, permissions: 0o755}
environment: {LANG: C, PATH: /bin}
entrypoint: {command: /sbin/tini --}
cmd: /bin/bash
`;

suite("compareSettings()", () => {
  for (const [what, from, to, expected] of [
    ["nothing", "", "", []],
    ["nothing in comments and order", "[git, bash]", "[bash, git] # as before", []],
    ["nothing in an entry that stands there twice", "[git, bash]", "[git, bash, git]", []],
    ["a value", "cmd: /bin/bash", "cmd: /bin/sh", ["cmd: /bin/bash → /bin/sh"]],
    ["a value that went", "cmd: /bin/bash\n", "", ["cmd: /bin/bash → "]],
    ["a value that came", "cmd:", "stop-signal: SIGINT\ncmd:", ["stop-signal:  → SIGINT"]],
    ["entries of a list", "[git, bash]", "[git<3, bash]", ["contents.packages: git → ", "contents.packages:  → git<3"]],
    [
      "entries of a mapping, empty ones too",
      "{LANG: C, PATH: /bin}",
      '{LANG: "", "[X]": "1"}',
      ['environment.LANG: C → ""', "environment.PATH: /bin → ", "environment.[X]:  → 1"],
    ],
    ["a field of an entry", "uid: 100, gid", "uid: 200, gid", ["accounts.users[git].uid: 100 → 200"]],
    [
      "permissions as they are written",
      "permissions: 0o755",
      "permissions: 0o700",
      ["paths[/data].permissions: 0o755 → 0o700"],
    ],
    [
      "an entry as a whole",
      "environment:",
      "  - {path: /tmp, type: directory, permissions: 0o1777}\nenvironment:",
      ["paths[/tmp]:  → path: /tmp, type: directory, permissions: 0o1777"],
    ],
    [
      "a second entry of the same name",
      "environment:",
      "  - {path: /data, type: permissions, uid: 7}\nenvironment:",
      ["paths[/data 2]:  → path: /data, type: permissions, uid: 7"],
    ],
    [
      "a whole mapping",
      "cmd:",
      "layering: {strategy: origin, budget: 10}\ncmd:",
      ["layering:  → strategy: origin, budget: 10"],
    ],
    [
      "a repository, without credentials",
      "[http://packages.test/os]",
      "[http://me:secret@packages.test/os, http://me:secret@b.test/os]",
      ["contents.repositories:  → http://b.test/os"],
    ],
    [
      "certificates by their names, whole",
      "cmd:",
      "certificates: {additional: [{name: a, content: A}]}\ncmd:",
      ["certificates:  → additional: [name: a, content: A]"],
    ],
  ] as const) {
    test(`finds ${what}`, async () => {
      const changes = compareSettings(await read(base), await read(base.replace(from, to)));
      const shown = changes.map((change) => `${change.path}: ${change.from ?? ""} → ${change.to ?? ""}`);
      assert.deepEqual(shown, expected);
    });
  }

  test("merges what is included in, and so knows no include", async () => {
    const included = await read("include: base.yaml\n", base);
    assert.deepEqual(compareSettings(await read(base), included), []);
  });
});

async function read(text: string, included = ""): Promise<ImageConfiguration> {
  const files: Readonly<Record<string, string>> = { "app.yaml": text, "base.yaml": included };
  const loaded = await loadImageConfiguration("app.yaml", (path) => Promise.resolve(Buffer.from(files[path]!)));
  if (loaded.kind === "invalid") assert.fail(loaded.problems.join("\n"));
  return loaded.configuration;
}
