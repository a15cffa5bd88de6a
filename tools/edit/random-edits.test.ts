import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { parse } from "yaml";
import { WolfiError } from "../error/wolfi-error.ts";
import { editPackages } from "./edit-packages.ts";
import type { PackageEdit } from "./package-edit.ts";

const names = ["bash", "busybox", "curl", "git", "git-lfs", "jq", "python-3.13", "so:libz.so.1", "tini", "zsh"];
const entry = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom("", "", "=1.2-r0", ">=2", "=~1.2", "@edge", "=1.2@edge"))
  .map(([name, constraint]) => name + constraint);
const comment = fc.constantFrom("", "", " # why", "  # [a, b]: 'c'");
const between = fc.constantFrom("", "", "", "\n", "      # about the next\n", "# at the left: - x\n");

/** One way to write a list. */
const written = fc.record({
  items: fc.uniqueArray(entry, { maxLength: 6, selector: (text) => text.replace(/[=<>~@].*/, "") }),
  isSorted: fc.boolean(),
  style: fc.constantFrom("block", "flow", "tall"),
  quote: fc.constantFrom("", "", "'", '"'),
  indent: fc.constantFrom("  ", "    ", "      "),
  comments: fc.array(fc.tuple(comment, between), { minLength: 7, maxLength: 7 }),
});

const around = fc.record({
  above: fc.constantFrom(
    "",
    "# A comment: with a colon\n",
    "include: wolfi-images/base.yaml\n\n",
    "cmd: |\n  - git\n  x\n",
  ),
  before: fc.constantFrom("", "  keyring: [k]\n", "  # about packages\n", "  repositories:\n  - https://a.test/os\n"),
  after: fc.constantFrom("", "  runtime_repositories:\n    - git\n", "  # last\n", "\n  build_repositories: []\n"),
  below: fc.constantFrom(
    "",
    "archs: [x86_64]\n",
    "\n# end",
    "environment:\n  A: 'git'\n",
    "---\ncontents: {packages: [git]}\n",
  ),
  eol: fc.constantFrom("\n", "\n", "\r\n"),
  mark: fc.constantFrom("", "", "\ufeff"),
});

const edit = fc.record({ kind: fc.constantFrom("add", "replace", "remove"), entry, at: fc.nat(5) });

suite("editPackages() of any document", () => {
  test("changes the list, nothing else of the value, and no other line", () => {
    let editedCount = 0;
    let refusedCount = 0;
    fc.assert(
      fc.property(written, around, fc.array(edit, { minLength: 1, maxLength: 4 }), (list, frame, wishes) => {
        let text = documentOf(list, frame);
        for (const wish of wishes) {
          const items = packagesOf(text);
          const change = editOf(wish, items);
          if (change === undefined) continue;
          const edited = tryEdit(text, change);
          if (edited === undefined) {
            refusedCount++;
            continue;
          }
          editedCount++;
          assert.deepEqual(othersOf(edited), othersOf(text));
          assert.deepEqual(packagesOf(edited).toSorted(), expectedOf(change, items).toSorted());
          if (change.kind === "add" && !isSorted(items))
            assert.deepEqual(packagesOf(edited), expectedOf(change, items));
          if (change.kind === "add" && isSorted(items)) assert.ok(isSorted(packagesOf(edited)), edited);
          if (change.kind !== "add") assert.deepEqual(packagesOf(edited), expectedOf(change, items));
          const endings = (of: string): ReadonlySet<string> => new Set(of.match(/\r?\n/g));
          assert.deepEqual(endings(edited), endings(text));
          assertOneChange(text, edited, change, list.style);
          text = edited;
        }
      }),
      { numRuns: 1000, seed: 20261124 },
    );
    // Only brackets with comments between them are refused.
    assert.ok(editedCount > 1500 && refusedCount < editedCount / 10, `${editedCount} edited, ${refusedCount} refused`);
  });
});

type Generated<T> = T extends fc.Arbitrary<infer V> ? V : never;

function documentOf(list: Generated<typeof written>, frame: Generated<typeof around>): string {
  const items = list.isSorted ? list.items.toSorted(byName) : list.items;
  const quoted = items.map((text) =>
    list.quote === "" && !/^[a-z]/.test(text) ? JSON.stringify(text) : `${list.quote}${text}${list.quote}`,
  );
  const comments = (at: number): readonly [string, string] => list.comments[at]!;
  const packages = {
    block: () =>
      `  packages:${comments(6)[0]}\n` +
      quoted.map((text, at) => `${comments(at)[1]}${list.indent}- ${text}${comments(at)[0]}\n`).join(""),
    flow: () => `  packages: [${quoted.join(", ")}]${comments(6)[0]}\n`,
    tall: () =>
      quoted.length === 0
        ? "  packages: []\n"
        : `  packages: [\n${quoted.map((text) => `    ${text},\n`).join("")}  ]\n`,
  }[list.style]();
  const text = `${frame.above}contents:\n${frame.before}${packages}${frame.after}${frame.below}`;
  return frame.mark + text.replaceAll("\n", frame.eol);
}

function tryEdit(text: string, change: PackageEdit): string | undefined {
  try {
    return Buffer.from(editPackages(Buffer.from(text), "a.yaml", [change])).toString();
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    assert.equal(error.code, "NOT_EDITABLE");
    assert.ok(error.position?.file === "a.yaml" && error.cure !== undefined);
    return undefined;
  }
}

function editOf({ kind, entry: text, at }: Generated<typeof edit>, items: readonly string[]): PackageEdit | undefined {
  if (kind === "add") return items.includes(text) ? undefined : { kind, entry: text };
  const old = items[at];
  if (old === undefined || (kind === "replace" && items.includes(text))) return undefined;
  return kind === "remove" ? { kind, entry: old } : { kind: "replace", entry: old, by: text };
}

function expectedOf(change: PackageEdit, items: readonly string[]): readonly string[] {
  switch (change.kind) {
    case "add":
      return [...items, change.entry];
    case "replace":
      return items.map((text) => (text === change.entry ? change.by : text));
    case "remove":
      return items.filter((text) => text !== change.entry);
  }
}

/** As the yaml library has it, without our own reader. */
function valueOf(text: string): { contents: { packages?: readonly string[] | null } } {
  return parse(text.replace(/^\ufeff/, "").split(/^---/m)[0]!) as ReturnType<typeof valueOf>;
}

function packagesOf(text: string): readonly string[] {
  return valueOf(text).contents.packages ?? [];
}

function othersOf(text: string): unknown {
  const { contents, ...others } = valueOf(text);
  return { ...others, contents: { ...contents, packages: [] }, later: text.split(/^---/m).slice(1) };
}

/** Everything before and behind the change is equal, byte for byte; a change is one line, apart from brackets. */
function assertOneChange(before: string, after: string, change: PackageEdit, style: string): void {
  const [old, next] = [before.split(/(?<=\n)/), after.split(/(?<=\n)/)];
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, next.length) - start && old.at(-1 - end) === next.at(-1 - end)) end++;
  const [gone, come] = [old.slice(start, old.length - end), next.slice(start, next.length - end)];
  const most = style === "block" ? 1 : 2;
  assert.ok(gone.length <= most && come.length <= most, `${gone.join("")}--- became\n${come.join("")}`);
  if (style !== "block") return;
  assert.deepEqual([gone.length, come.length], { add: [0, 1], replace: [1, 1], remove: [1, 0] }[change.kind]);
}

function byName(a: string, b: string): number {
  const key = (text: string): string => text.replace(/[=<>~@].*/, "");
  return Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b))) || Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** By names, or as they are written. */
function isSorted(items: readonly string[]): boolean {
  const orders = [byName, (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))];
  return orders.some((order) => items.every((text, at) => at === 0 || order(items[at - 1]!, text) <= 0));
}
