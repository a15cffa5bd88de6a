import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseIndexText } from "../apk/apk-index.ts";
import type { CatalogIndex } from "../catalog/read-catalog.ts";
import { findPackage } from "./find-package.ts";

const intel = catalogIndex("x86_64", [
  "P:git\nV:2.48.1-r0",
  "P:git\nV:2.50.0-r0\np:cmd:git=2.50.0-r0",
  "P:git\nV:2.49.0-r0",
  "P:zlib\nV:1.3-r0\np:so:libz.so.1=1.3",
  "P:zlib-ng\nV:2.0-r0\np:so:libz.so.1=1.4 zlib=1.3",
  "P:git-lfs\nV:3.0-r0\nD:git>2.40",
  "P:lfs\nV:1.0-r0\nD:git",
  "P:lfs\nV:1.1-r0\nD:bash",
  "P:script\nV:1.0-r0\nD:bash cmd:git",
  "P:against\nV:1.0-r0\nD:!git git-lfs",
]);
const arm = catalogIndex("aarch64", ["P:git\nV:2.49.0-r0", "P:only-arm\nV:1.0-r0\np:so:libz.so.1=1.3"]);
const edge = { ...catalogIndex("x86_64", ["P:git\nV:3.0.0-r0"]), label: "edge" };

suite("findPackage()", () => {
  test("finds the newest version for each architecture, the newest of all first", () => {
    const found = findPackage([arm, intel], "git");
    if (found.kind !== "package") assert.fail(found.kind);
    assert.deepEqual(releasesOf(found.releases), ["x86_64 2.50.0-r0", "aarch64 2.49.0-r0"]);
    assert.deepEqual(found.versions, [
      { version: "2.50.0-r0", label: "", architectures: ["x86_64"] },
      { version: "2.49.0-r0", label: "", architectures: ["aarch64", "x86_64"] },
      { version: "2.48.1-r0", label: "", architectures: ["x86_64"] },
    ]);
  });

  test("counts whose newest version depends on it, by its name or what it provides", () => {
    const found = findPackage([intel], "git");
    assert.deepEqual(found.kind === "package" && found.neededBy, ["git-lfs", "script"]);
    const nobody = findPackage([intel], "script");
    assert.deepEqual(nobody.kind === "package" && nobody.neededBy, []);
  });

  for (const [text, expected] of [
    ["git=2.48.1-r0", ["x86_64 2.48.1-r0"]],
    ["git<2.50", ["aarch64 2.49.0-r0", "x86_64 2.49.0-r0"]],
    ["git~2.50", ["x86_64 2.50.0-r0"]],
    ["git@edge", ["x86_64 2.50.0-r0", "aarch64 2.49.0-r0"]],
  ] as const) {
    test(`takes the newest that fits ${text}`, () => {
      const found = findPackage([arm, intel], text);
      assert.deepEqual(found.kind === "package" && releasesOf(found.releases), expected);
    });
  }

  test("tells the versions of labelled repositories apart", () => {
    const found = findPackage([intel, edge], "git");
    if (found.kind !== "package") assert.fail(found.kind);
    assert.deepEqual(
      found.versions.map(({ version, label }) => `${version}@${label}`),
      ["3.0.0-r0@edge", "2.50.0-r0@", "2.49.0-r0@", "2.48.1-r0@"],
    );
    assert.deepEqual(releasesOf(found.releases), ["x86_64 2.50.0-r0"], "nobody gets it without its label");
    const labelled = findPackage([intel, edge], "git@edge");
    assert.deepEqual(labelled.kind === "package" && releasesOf(labelled.releases), ["x86_64 3.0.0-r0"]);
    const alone = findPackage([edge], "git");
    assert.deepEqual(alone.kind === "package" && releasesOf(alone.releases), ["x86_64 3.0.0-r0"]);
  });

  test("says what provides a name that no package has", () => {
    const found = findPackage([arm, intel], "so:libz.so.1");
    assert.deepEqual(found, {
      kind: "provided",
      name: "so:libz.so.1",
      providers: [
        {
          name: "only-arm",
          version: "1.0-r0",
          provide: "so:libz.so.1=1.3",
          description: "",
          architectures: ["aarch64"],
        },
        { name: "zlib", version: "1.3-r0", provide: "so:libz.so.1=1.3", description: "", architectures: ["x86_64"] },
        { name: "zlib-ng", version: "2.0-r0", provide: "so:libz.so.1=1.4", description: "", architectures: ["x86_64"] },
      ],
    });
  });

  test("says that there is no such name, or no such version", () => {
    assert.deepEqual(findPackage([arm, intel], "gti"), { kind: "unknown", name: "gti" });
    assert.deepEqual(findPackage([], "git"), { kind: "unknown", name: "git" });
    assert.deepEqual(findPackage([intel], "git>3"), {
      kind: "no-version",
      name: "git",
      versions: ["2.50.0-r0", "2.49.0-r0", "2.48.1-r0"],
    });
    assert.equal(findPackage([intel], "git=nonsense").kind, "no-version");
  });
});

function releasesOf(
  releases: readonly { readonly record: { readonly version: string }; readonly index: CatalogIndex }[],
): readonly string[] {
  return releases.map(({ record, index }) => `${index.architecture} ${record.version}`);
}

function catalogIndex(architecture: string, records: readonly string[]): CatalogIndex {
  const packages = parseIndexText(records.map((record) => `${record}\n\n`).join(""));
  const repository = "https://a.test/os";
  return { label: "", url: `${repository}/${architecture}`, repository, architecture, packages };
}
