import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseConstraint } from "../apk/constraint.ts";
import { solve, type SolverIndex } from "../solver/solve.ts";
import { indexOf } from "../solver/testing/package-notation.ts";
import { dependencyGraph } from "./dependency-graph.ts";
import { describeAbsence } from "./describe-absence.ts";
import { type Absence, explainAbsence } from "./explain-absence.ts";
import { chainTexts } from "./testing/image-graph.ts";

suite("explainAbsence()", () => {
  test("finds what needs a package by any of its names, and how many more need these", () => {
    const absence = explain(
      "zlib",
      ["app"],
      [
        "app 1",
        "zlib 1.2 provides so:libz.so.1=1.2",
        "zlib 1.3 provides so:libz.so.1=1.3",
        "curl 8 needs so:libz.so.1",
        "git 1 needs zlib",
        "git 2 needs zlib>=1.3 curl",
        "old 1 needs zlib",
        "old 2",
        "picky 1 needs zlib=1.2",
        "against 1 needs !zlib",
        "gitk 1 needs git",
        "gitweb 1 needs gitk",
        "site 1 needs gitweb",
      ],
    );
    assert.deepEqual(
      absence?.available.map(({ version }) => version),
      ["1.3"],
    );
    assert.deepEqual(absence?.dependents, [["curl", "git"], ["gitk"], ["gitweb"]]);
    assert.deepEqual(chainTexts(absence?.broughtBy ?? []), [
      "curl: curl → zlib (so:libz.so.1)",
      "git: git → zlib (zlib>=1.3)",
      "gitk: gitk → git → zlib (zlib>=1.3)",
      "gitweb: gitweb → gitk → git → zlib (zlib>=1.3)",
    ]);
  });

  test("leaves out what the solver takes another package for, or cannot add", () => {
    const absence = explain(
      "small",
      ["app"],
      [
        "app 1 needs !never",
        "small 1 provides v",
        "large 1 provides v priority 9",
        "user 1 needs v",
        "exact 1 needs small",
        "never 1 needs small",
      ],
    );
    assert.deepEqual(absence?.dependents, [["exact", "never", "user"]]);
    assert.deepEqual(chainTexts(absence?.broughtBy ?? []), ["exact: exact → small"]);
  });

  test("says when the next lock brings it in anyway", () => {
    const before = indexOf(["app 1", "lib 1"]);
    const absence = explain("lib", ["app"], ["app 1", "app 2 needs lib", "lib 1"], before);
    assert.deepEqual(chainTexts(absence?.broughtByLock ?? []), ["app: app → lib"]);
  });

  test("of something provided it finds all providers, and with a version those that fit", () => {
    const lines = ["app 1", "one 1 provides v=1", "two 1 provides v=2", "three 1 provides w"];
    assert.deepEqual(
      explain("v", ["app"], lines)?.available.map(({ name }) => name),
      ["one", "two"],
    );
    assert.deepEqual(
      explain("v>1", ["app"], lines)?.available.map(({ name }) => name),
      ["two"],
    );
    assert.equal(explain("v>2", ["app"], lines), undefined);
    assert.equal(explain("nothing", ["app"], lines), undefined);
  });

  test("says what of the image excludes it", () => {
    const absence = explain(
      "musl",
      ["app"],
      ["app 1 needs glibc", "glibc 2 needs !musl", "musl 1", "tool 1 needs musl"],
    );
    assert.deepEqual(
      absence?.excludedBy.map(({ owner, constraint }) => [owner.name, constraint]),
      [["glibc", "!musl"]],
    );
    assert.deepEqual(absence?.broughtBy, []);
  });

  test("takes nothing of a labelled repository for a name alone", () => {
    const labelled = indexOf(["tool 1 needs lib", "lib 1"], { label: "edge", url: "/edge/x86_64" });
    const indexes = [indexOf(["app 1"]), labelled];
    const absence = explainAbsence(parseConstraint("lib"), { graph: dependencyGraph([], []), world: ["app"], indexes });
    assert.deepEqual([absence?.available.length, absence?.dependents, absence?.broughtBy], [1, [], []]);
  });

  test("stops counting where everything needs it", () => {
    const many = Array.from({ length: 250 }, (_, at) => `p${String(at).padStart(3, "0")} 1 needs lib`);
    const absence = explain("lib", ["app"], ["app 1", "lib 1", ...many, "q 1 needs p001"]);
    assert.deepEqual(
      absence?.dependents.map((names) => names.length),
      [250],
    );
    assert.equal(absence?.broughtBy.length, 5);
  });
});

suite("describeAbsence()", () => {
  test("shortens lists", () => {
    const many = Array.from({ length: 10 }, (_, at) => `p${at} 1 needs lib`);
    const absence = explain("lib", ["app"], ["app 1", "lib 1", "lib 2", ...many, "q 1 needs p1"])!;
    assert.deepEqual(describeAbsence(absence, "lib", 60), [
      "Its repositories have lib 2",
      "10 packages need it directly: p0, p1, p2, p3, p4, p5, p6, p7",
      "  and 2 more",
      "1 more in 2 steps: q",
      "Added to the image, these bring it in:",
      "  p0 → lib",
      "  p1 → lib",
      "  p2 → lib",
      "  p3 → lib",
      "  p4 → lib",
    ]);
  });

  test("names what provides it, and what excludes it", () => {
    const absence = explain("so:libc.so", ["app"], ["app 1 needs !musl", "musl 1 provides so:libc.so=1"])!;
    assert.deepEqual(describeAbsence(absence, "so:libc.so", 80), [
      "Its repositories have musl 1 (so:libc.so=1)",
      "app 1 excludes it: !musl",
      "No other package needs it",
    ]);
  });

  test("says what a lock would do", () => {
    const absence = explain("lib", ["app"], ["app 1", "app 2 needs lib", "lib 1"], indexOf(["app 1"]))!;
    assert.deepEqual(describeAbsence(absence, "lib", 60), [
      "Its repositories have lib 1",
      "1 package needs it directly: app",
      "A lock would bring it in now, without a change:",
      "  app → lib",
    ]);
  });
});

/** @param before what the image was locked from. @default the same as what there is now */
function explain(
  asked: string,
  world: readonly string[],
  lines: readonly string[],
  before: SolverIndex = indexOf(lines),
): Absence | undefined {
  const locked = solve(world, [before]);
  assert.equal(locked.kind, "solved");
  const packages = locked.kind === "solved" ? locked.packages.map((solved) => solved.package) : [];
  return explainAbsence(parseConstraint(asked), {
    graph: dependencyGraph([], packages),
    world,
    indexes: [indexOf(lines)],
  });
}
