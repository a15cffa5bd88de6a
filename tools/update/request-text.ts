import { code, plainVersion, table } from "../diff/markdown.ts";
import { describeMarkdown } from "../diff/describe-markdown.ts";
import type { ImageDiff } from "../diff/diff-images.ts";
import { countKinds, groupAlike } from "../diff/group-alike.ts";
import type { RequestText } from "../forge/forge.ts";
import { counted } from "../terminal/counted.ts";
import { formatProblem } from "../terminal/format-problem.ts";
import { formatSizeChange } from "../terminal/format-size.ts";
import type { ScanChanges } from "../vulnerability/compare-scans.ts";
import type { HeldBackPackage } from "./find-held-back.ts";
import type { ScannedImage, UpdateScan } from "./scan-update.ts";
import type { FailedImage } from "./update-branch.ts";
import { describeVulnerabilities, summarizeVulnerabilities } from "./vulnerability-text.ts";

export interface RequestTextOptions {
  readonly branch: string;
  readonly diffs: readonly ImageDiff[];
  readonly failed: readonly FailedImage[];
  readonly scan: UpdateScan;
  readonly heldBack: readonly HeldBackPackage[];
  /** Of the branch: `bazel run //tools:lock`. */
  readonly lockCommand: string;
  /** In characters; room for the hidden mark is kept. */
  readonly maxLength: number;
}

/** Title and text of an update's pull request, as GitHub's Markdown. The title is always the same. */
export function requestText(options: RequestTextOptions): RequestText {
  const { branch, diffs, failed, scan, heldBack, lockCommand, maxLength } = options;
  const changed = diffs.filter(({ result }) => result !== "unchanged");
  const room = maxLength - MARK_LENGTH;
  const before = [sumUp(changed, scan), ...describeFailures(failed, room / 2)];
  const after = describeByHand(branch, lockCommand);
  // What is left out first stands last.
  const optional = [
    describeImages(changed, scan).join("\n"),
    describeVulnerabilities(scan).join("\n").trimEnd(),
    ...describePackages(changed),
    describeHeldBack(heldBack).join("\n"),
  ].filter((section) => section !== "");
  const needed = [...before, after];
  let left = room - lengthOf(needed) - 200;
  const shown = optional.filter((section) => {
    if (section.length + 2 > left) return false;
    left -= section.length + 2;
    return true;
  });
  const hiddenCount = optional.length - shown.length;
  const hidden =
    hiddenCount === 0
      ? []
      : [
          `${counted(hiddenCount, "section")} more would be too long for this text: ` +
            `\`wolfi diff --markdown ${branch}...\` has all of what changed.`,
        ];
  return { title: REQUEST_TITLE, body: `${[...before, ...shown, ...hidden, after].join("\n\n")}\n` };
}

export const REQUEST_TITLE = "Update the packages of Wolfi images";

/** The hidden mark, which is added. */
const MARK_LENGTH = 200;

function lengthOf(sections: readonly string[]): number {
  return sections.reduce((sum, section) => sum + section.length + 2, 0);
}

function sumUp(changed: readonly ImageDiff[], scan: UpdateScan): string {
  const seen = new Map<string, Set<string>>();
  for (const { changes } of changed) {
    for (const { kind, from, to } of changes.packages) {
      const word = WORDS[kind];
      const key = JSON.stringify([from?.name, from?.version, to?.name, to?.version]);
      seen.set(word, (seen.get(word) ?? new Set()).add(key));
    }
  }
  const packages = [...new Set(Object.values(WORDS))].flatMap((word) => {
    const count = seen.get(word)?.size ?? 0;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const { fixed, introduced, fixable, unfixed, isChecked } = summarizeVulnerabilities(scan);
  const vulnerabilities = isChecked
    ? `vulnerabilities: ${fixed.length} fixed, ${introduced.length} new, ${new Set([...fixable, ...unfixed].map(({ id }) => id)).size} still open`
    : "vulnerabilities: not checked";
  const what = packages.length === 0 ? "no package changed" : `packages: ${packages.join(", ")}`;
  return `**${counted(changed.length, "image")}** · ${what} · ${vulnerabilities}`;
}

const WORDS = {
  upgrade: "updated",
  other: "updated",
  downgrade: "downgraded",
  rebuild: "built again",
  replaced: "replaced",
  added: "added",
  removed: "removed",
} as const;

function describeFailures(failed: readonly FailedImage[], room: number): readonly string[] {
  if (failed.length === 0) return [];
  let left = room;
  const lines = failed.map(({ image, problems }) => {
    const text = problems.map((problem) => fenced(formatProblem(problem).slice(0, MAX_PROBLEM))).join("\n");
    const item = `- ${code(image)}\n\n${text.replaceAll(/^(?=.)/gm, "  ")}`;
    const shown = item.length > left ? `- ${code(image)}` : item;
    left -= shown.length + 2;
    return shown;
  });
  const introduction = "The lockfiles of these are as they were. The rest of this request is not concerned.";
  return [`## ${counted(failed.length, "failure")}`, introduction, ...lines];
}

const MAX_PROBLEM = 4000;

/** Whatever stands in it, it is shown as it is. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function describeImages(changed: readonly ImageDiff[], { images }: UpdateScan): readonly string[] {
  const scans = new Map(images.map((image) => [image.name, image]));
  const rows = groupAlike(changed).flatMap(({ names, diff }) =>
    names.map((name) => [
      code(name),
      countKinds(diff)
        .map(({ words, count }) => `${count} ${words}`)
        .join(", "),
      diff.changes.architectures.map(({ installedBytes }) => formatSizeChange(installedBytes)).join(" / "),
      ...countVulnerabilities(scans.get(name)),
    ]),
  );
  if (rows.length === 0) return [];
  const head = ["Image", "Packages", "Installed size", "Vulnerabilities fixed", "Still open"];
  return ["## Images", "", ...table(head, ["left", "left", "right", "right", "right"], rows)];
}

/** A section for each image, or for those that changed alike. */
function describePackages(changed: readonly ImageDiff[]): readonly string[] {
  if (changed.length === 0) return [];
  const [first, ...others] = describeMarkdown(changed)
    .trimEnd()
    .split(/\n\n(?=### )/);
  return [`## Packages\n\n${first}`, ...others];
}

/** Where nothing is known there is no number. */
function countVulnerabilities(image: ScannedImage | undefined): readonly [fixed: string, open: string] {
  const changes = image?.changes ?? [];
  if (!changes.some(({ checkedCount }) => checkedCount > 0)) return ["not checked", "not checked"];
  const count = (lists: readonly (keyof ScanChanges & ("fixed" | "fixable" | "unfixed" | "introduced"))[]): string =>
    String(new Set(changes.flatMap((each) => lists.flatMap((list) => each[list].map(({ id }) => id)))).size);
  return [count(["fixed"]), count(["fixable", "unfixed", "introduced"])];
}

function describeHeldBack(heldBack: readonly HeldBackPackage[]): readonly string[] {
  if (heldBack.length === 0) return [];
  const rows = heldBack.map(({ name, locked, newest, by, places, images }) => [
    code(name),
    plainVersion(locked),
    plainVersion(newest),
    [by === undefined ? "what other packages need" : code(by), ...places.map(code)].join(", "),
    images.map(code).join(", "),
  ]);
  const head = ["Package", "Locked", "Newest", "Held by", "Images"];
  return ["## Held back", "", ...table(head, ["left", "left", "left", "left", "left"], rows)];
}

function describeByHand(branch: string, lockCommand: string): string {
  const update = lockCommand.replace(/:lock$/, ":update");
  return [
    "## By hand",
    "",
    "Each update makes this branch anew, until somebody commits to it. To make it again at once, or to do the same:",
    "",
    "```sh",
    `${update} -- --branch '${branch}'   # this request`,
    `${lockCommand}   # the lockfiles alone, on ${branch}`,
    "```",
  ].join("\n");
}
