import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { compareSources } from "./compare-sources.ts";
import type { LockedRepository, Lockfile, LockfileContents } from "./lockfile.ts";
import { lockedPackage, lockfileOf } from "./testing/sample-lockfile.ts";

const before = lockfileOf([lockedPackage("a", "1-r0"), lockedPackage("a", "1-r0", "aarch64")]);
const nothing = {
  isConfigurationChanged: false,
  keys: { added: [], removed: [], replaced: [] },
  repositories: { added: [], removed: [] },
};

suite("compareSources()", () => {
  test("finds nothing between a lockfile and itself", () => assert.deepEqual(compareSources(before, before), nothing));

  for (const [why, after, expected] of [
    [
      "the configuration's bytes",
      { ...before, config: { ...before.config!, checksum: "sha256-other" } },
      { isConfigurationChanged: true },
    ],
    [
      "the configuration's name",
      { ...before, config: { ...before.config!, name: "b.yaml" } },
      { isConfigurationChanged: true },
    ],
    [
      "keys that came and went, without credentials",
      withContents({ keyring: [{ name: "k", url: "https://me:secret@keys.test/k.rsa.pub", content: "k" }] }),
      { keys: { added: ["https://keys.test/k.rsa.pub"], removed: ["keys/test.rsa.pub"], replaced: [] } },
    ],
    [
      "another key at one URL",
      withContents({ keyring: [{ ...before.contents.keyring[0]!, content: "another key\n" }] }),
      { keys: { added: [], removed: [], replaced: ["keys/test.rsa.pub"] } },
    ],
    [
      "no other key where an older apko wrote none",
      withContents({ keyring: [{ ...before.contents.keyring[0]!, content: "" }] }),
      {},
    ],
    [
      "a repository in another list, once for both architectures",
      withContents({ repositories: [], build_repositories: before.contents.repositories }),
      {
        repositories: {
          added: [{ list: "build_repositories", url: "http://packages.test/os" }],
          removed: [{ list: "repositories", url: "http://packages.test/os" }],
        },
      },
    ],
    [
      "no repository where one architecture came",
      withContents({
        repositories: [...before.contents.repositories, repository("http://packages.test/os", "riscv64")],
      }),
      {},
    ],
    [
      "a repository beside another, without credentials",
      withContents({
        repositories: [...before.contents.repositories, repository("http://me:secret@b.test/os", "x86_64")],
      }),
      { repositories: { added: [{ list: "repositories", url: "http://b.test/os" }], removed: [] } },
    ],
  ] as const) {
    test(`finds ${why}`, () => assert.deepEqual(compareSources(before, after), { ...nothing, ...expected }));
  }
});

function withContents(contents: Partial<LockfileContents>): Lockfile {
  return { ...before, contents: { ...before.contents, ...contents } };
}

function repository(url: string, architecture: string): LockedRepository {
  return { name: `x/${architecture}`, url: `${url}/${architecture}/APKINDEX.tar.gz`, architecture };
}
