import { code } from "../diff/markdown.ts";
import type { ImageDiff } from "../diff/diff-images.ts";
import type { Position, WolfiError } from "../error/wolfi-error.ts";
import type { RequestText } from "../forge/forge.ts";
import { counted } from "../terminal/counted.ts";
import { describeFailures, describeUncompared } from "./failure-text.ts";
import type { HeldBackPackage } from "./find-held-back.ts";
import { fitSections, type Section, SEPARATOR } from "./fit-sections.ts";
import { describeHeldBack } from "./held-back-text.ts";
import { imageNames } from "./image-names.ts";
import { describeImages } from "./image-text.ts";
import { packageLinks } from "./package-link.ts";
import { describeConfigurations, describePackages } from "./package-text.ts";
import type { UpdatedImage } from "./read-updated-images.ts";
import type { UpdateScan } from "./scan-update.ts";
import { summarizeVulnerabilities, type VulnerabilitySummary } from "./summarize-vulnerabilities.ts";
import { type FailedImage, updateBranchName } from "./update-branch.ts";
import { describeVulnerabilities } from "./vulnerability-text.ts";

export interface RequestTextOptions {
  readonly branch: string;
  /** Of all images whose lockfiles changed. */
  readonly diffs: readonly ImageDiff[];
  /** The same images, as far as they can be read. */
  readonly images: readonly UpdatedImage[];
  /** What of them cannot be read. */
  readonly uncompared: readonly WolfiError[];
  readonly failed: readonly FailedImage[];
  readonly scan: UpdateScan;
  readonly heldBack: readonly HeldBackPackage[];
  /** Page of a file's line, of the commit that is updated; undefined where there is none. */
  readonly fileUrl: (position: Position) => string | undefined;
  /** Of the branch: `bazel run //tools:lock`. */
  readonly lockCommand: string;
  /** In characters; room for the hidden mark is kept. At least some 5,000. */
  readonly maxLength: number;
}

/**
 * Title and text of an update's pull request, as GitHub's Markdown. The title is always the same, and so is the text for
 * the same update. Rows that are too many for the host are left out, counted, and what prints them is said.
 */
export function requestText(options: RequestTextOptions): RequestText {
  const { branch, diffs, images, uncompared, failed, scan, heldBack, fileUrl, lockCommand, maxLength } = options;
  const names = imageNames(diffs.map(({ name }) => name));
  const vulnerabilities = summarizeVulnerabilities(scan);
  const diff = `wolfi diff --markdown origin/${branch}...origin/${updateBranchName(branch)}`;
  const diffCommand = code(diff);
  const first = [
    ...describeFailures(failed, lockCommand),
    ...describeUncompared(uncompared),
    ...describeImages(diffs, { images, vulnerabilities, diffCommand }),
  ];
  const others = [
    ...(diffs.length === 0 ? [] : describeVulnerabilities(scan, vulnerabilities, { names, branch })),
    ...describePackages(diffs, { names, linkOf: packageLinks(images), diffCommand }),
    ...describeConfigurations(diffs, { names, diffCommand }),
    ...describeHeldBack(heldBack, { names, fileUrl }),
  ];
  const summary = sumUp(options, vulnerabilities);
  const end = describeByHand(branch, { lockCommand, diff });
  const room = maxLength - MARK_LENGTH - summary.length - end.length - 2 * SEPARATOR.length - 1;
  const sections = fitSections([...first, ...describeGroups(names.groups(), diffCommand), ...others], room);
  return { title: REQUEST_TITLE, body: `${[summary, ...sections, end].join(SEPARATOR)}\n` };
}

export const REQUEST_TITLE = "Update the packages of Wolfi images";

/** The hidden mark, which is added. */
const MARK_LENGTH = 200;

function sumUp({ diffs, failed }: RequestTextOptions, vulnerabilities: VulnerabilitySummary): string {
  const seen = new Map<string, Set<string>>();
  for (const { kind, from, to } of diffs.flatMap(({ changes }) => changes.packages)) {
    const word = WORDS[kind];
    const key = JSON.stringify([from?.name, from?.version, to?.name, to?.version]);
    seen.set(word, (seen.get(word) ?? new Set()).add(key));
  }
  const packages = [...new Set(Object.values(WORDS))].flatMap((word) => {
    const count = seen.get(word)?.size ?? 0;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const failures = failed.length === 0 ? [] : [`**${failed.length} failed**`];
  if (diffs.length === 0) return ["**No lockfile changed**", ...failures].join(" · ");
  return [
    `**${counted(diffs.length, "image")}**`,
    ...failures,
    packages.length === 0 ? "no package changed" : `packages: ${packages.join(", ")}`,
    `vulnerabilities: ${countVulnerabilities(vulnerabilities)}`,
  ].join(" · ");
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

function countVulnerabilities({ fixed, introduced, fixable, unfixed, images }: VulnerabilitySummary): string {
  if (images.size === 0) return "not checked";
  const open = new Set([...fixable, ...unfixed].map(({ id }) => id));
  return `${fixed.length} fixed, ${introduced.length} new, ${open.size} still open`;
}

function describeGroups(rows: readonly string[], diffCommand: string): readonly Section[] {
  if (rows.length === 0) return [];
  const rest = (shown: number): string =>
    `${counted(rows.length - shown, "group")} more: ${diffCommand} names the images.`;
  return [{ heading: "Groups of images, for the tables below:", rows, rest }];
}

function describeByHand(
  branch: string,
  { lockCommand, diff }: { readonly lockCommand: string; readonly diff: string },
): string {
  return [
    "## By hand",
    "",
    "Each update makes this branch anew, until somebody commits to it. To make it again at once, or to do the same:",
    "",
    "```sh",
    `${lockCommand.replace(/:lock$/, ":update")} -- --branch '${branch}'   # this request`,
    `${lockCommand}   # the lockfiles alone, on ${branch}`,
    `git fetch origin && ${diff}   # each image's changes`,
    "```",
  ].join("\n");
}
