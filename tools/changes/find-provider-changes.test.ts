import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { IndexPackage } from "../apk/apk-index.ts";
import { indexPackageOf } from "../apk/write-index.ts";
import { writePackage } from "../apk/write-package.ts";
import { findProviderChanges } from "./find-provider-changes.ts";

const glibc = record("glibc", "2.42-r1", { provides: ["so:libc.so.6=6", "so:libm.so.6=6"] });
const glibc243 = record("glibc-2.43", "2.43-r0", { provides: ["glibc=2.43", "so:libc.so.6=6", "so:libm.so.6=6"] });
const app = record("app", "1-r0", { dependencies: ["so:libc.so.6", "so:libm.so.6", "!musl", "sh"] });
const busybox = record("busybox", "1-r0", { provides: ["sh"] });
const bash = record("bash", "5-r0", { provides: ["sh"] });
const mute = (entry: IndexPackage): IndexPackage => ({ ...entry, provides: [] });

interface Case {
  readonly world?: readonly string[];
  readonly before: readonly IndexPackage[];
  readonly after: readonly IndexPackage[];
  /** Of the indexes, besides `after`. */
  readonly others?: readonly IndexPackage[];
  readonly expected: readonly string[];
}

suite("findProviderChanges()", () => {
  const cases: Readonly<Record<string, Case>> = {
    "nothing where nothing changed": { world: ["glibc"], before: [glibc, app], after: [glibc, app], expected: [] },
    "nothing where a provider has another version": {
      world: ["glibc"],
      before: [record("glibc", "2.41-r0", { provides: glibc.provides })],
      after: [glibc],
      expected: [],
    },
    "an entry of the world and dependencies, in one": {
      world: ["app", "glibc"],
      before: [glibc, app],
      after: [glibc243, app],
      others: [glibc],
      expected: ["glibc 2.42-r1 → glibc-2.43 2.43-r0: glibc; so:libc.so.6 so:libm.so.6"],
    },
    "the name that an entry with a constraint and a label asks for": {
      world: ["glibc>=2@edge"],
      before: [glibc],
      after: [glibc243],
      expected: ["glibc 2.42-r1 → glibc-2.43 2.43-r0: glibc;"],
    },
    "dependencies by another version's record where the old version is gone": {
      world: ["app"],
      before: [glibc, app],
      after: [glibc243, app],
      others: [record("glibc", "2.42-r9", { provides: ["so:libc.so.6=6"] })],
      expected: ["glibc 2.42-r1 → glibc-2.43 2.43-r0: ; glibc so:libc.so.6"],
    },
    "dependencies by the record of what provides its name, where the package is gone": {
      world: ["app"],
      before: [glibc, app],
      after: [glibc243, app],
      expected: ["glibc 2.42-r1 → glibc-2.43 2.43-r0: ; glibc so:libc.so.6 so:libm.so.6"],
    },
    "the name of a package that left, though nothing asks for it": {
      before: [record("ld-linux", "2.42-r1")],
      after: [record("ld-linux-2.43", "2.43-r0", { provides: ["ld-linux=2.43"] })],
      expected: ["ld-linux 2.42-r1 → ld-linux-2.43 2.43-r0: ; ld-linux"],
    },
    "a package that became part of another which was there": {
      world: ["bash"],
      before: [record("bash", "4-r0"), record("bash-doc", "4-r0")],
      after: [record("bash", "5-r0", { provides: ["bash-doc=5"] })],
      others: [record("bash", "4-r0"), record("bash-doc", "4-r0")],
      expected: ["bash-doc 4-r0 → bash 5-r0: ; bash-doc"],
    },
    "only a package's own name where it is gone and nothing provides that": {
      world: ["busybox", "app"],
      before: [busybox, glibc, app],
      after: [bash, glibc, app],
      expected: [],
    },
    "nothing where a name is new, or has no provider any more": {
      world: ["glibc", "bash"],
      before: [busybox],
      after: [bash, glibc],
      expected: [],
    },
    "nothing where the old provider stays one beside another": {
      world: ["app", "sh"],
      before: [app, busybox],
      after: [app, busybox, bash],
      expected: [],
    },
    "no dependency whose old provider stays and whose new one was there": {
      world: ["app", "bash", "busybox"],
      before: [app, busybox, record("bash", "4-r0")],
      after: [app, { ...mute(busybox), version: "2-r0" }, bash],
      others: [busybox, record("bash", "4-r0")],
      expected: [],
    },
    "an entry of the world all the same": {
      world: ["sh"],
      before: [busybox, record("bash", "4-r0")],
      after: [{ ...mute(busybox), version: "2-r0" }, bash],
      others: [busybox, record("bash", "4-r0")],
      expected: ["busybox 1-r0 → bash 5-r0: sh;"],
    },
    "the package that left before one that stays": {
      world: ["app"],
      before: [app, busybox, record("dash", "1-r0", { provides: ["sh"] })],
      after: [app, { ...mute(busybox), version: "2-r0" }, bash],
      others: [busybox, record("dash", "1-r0", { provides: ["sh"] })],
      expected: ["dash 1-r0 → bash 5-r0: ; sh"],
    },
  };
  for (const [what, { world = [], before, after, others = [], expected }] of Object.entries(cases)) {
    test(`finds ${what}`, () => {
      const changes = findProviderChanges({
        world,
        before,
        after,
        recordsOf: (name) => [...after, ...others].filter((entry) => entry.name === name),
      });
      const shown = changes.map(
        ({ from, to, world: asked, others: rest }) =>
          `${from.name} ${from.version} → ${to.name} ${to.version}: ${asked.join(" ")}; ${rest.join(" ")}`,
      );
      assert.deepEqual(
        shown.map((text) => text.trimEnd()),
        expected,
      );
    });
  }

  test("names plain dependencies before others", () => {
    const provides = ["cmd:x=1", "so:libx.so.1=1", "virtual"];
    const [change] = findProviderChanges({
      world: [],
      before: [record("a", "1-r0")],
      after: [
        record("b", "1-r0", { provides }),
        record("c", "1-r0", { dependencies: ["so:libx.so.1", "cmd:x", "virtual"] }),
      ],
      recordsOf: (name) => (name === "a" ? [record("a", "1-r0", { provides })] : []),
    });
    assert.deepEqual(change?.others, ["virtual", "cmd:x", "so:libx.so.1"]);
  });
});

function record(name: string, version: string, more: Partial<IndexPackage> = {}): IndexPackage {
  const { provides = [], dependencies = [] } = more;
  const description = { name, version, architecture: "x86_64", provides, dependencies };
  return indexPackageOf(writePackage({ description, files: [] }));
}
