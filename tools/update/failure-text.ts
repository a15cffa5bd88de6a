import { code } from "../diff/markdown.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { counted } from "../terminal/counted.ts";
import { formatProblem } from "../terminal/format-problem.ts";
import type { Section } from "./fit-sections.ts";
import type { FailedImage } from "./update-branch.ts";

/** What failed and why: what several images say alike, once. */
export function describeFailures(failed: readonly FailedImage[], lockCommand: string): readonly Section[] {
  if (failed.length === 0) return [];
  const reasons = Map.groupBy(failed, ({ problems }) =>
    problems.map((problem) => fenced(formatProblem(problem))).join("\n"),
  );
  const items = Array.from(reasons, ([text, alike]) => {
    const names = alike.map(({ image }) => image);
    return { names, row: `- ${listOf(names)}\n\n${text.replaceAll(/^(?=.)/gm, "  ")}` };
  });
  const introduction =
    "The lockfile of an image that cannot be locked, or whose test fails, is as it was. The other images go on.";
  return [
    {
      heading: `## ${counted(failed.length, "failure")}\n\n${introduction}`,
      rows: items.map(({ row }) => row),
      rest: (shown) => {
        const names = items.slice(shown).flatMap((item) => item.names);
        return `Too long for this text are the reasons of ${listOf(names)}: ${code(lockCommand)} prints them.`;
      },
    },
  ];
}

/** What cannot be read of images whose lockfiles changed, so that something may be missing in the text. */
export function describeUncompared(problems: readonly WolfiError[]): readonly Section[] {
  if (problems.length === 0) return [];
  return [
    {
      heading: "## Not compared\n\nThis could not be read. What it has to do with may be missing here.",
      rows: problems.map((problem) => fenced(formatProblem(problem))),
      rest: (shown) => `${counted(problems.length - shown, "problem")} more.`,
    },
  ];
}

/** Whatever stands in it, it is shown as it is. */
function fenced(text: string): string {
  const shown = text.length > MAX_PROBLEM ? `${text.slice(0, MAX_PROBLEM).toWellFormed()}\n…` : text;
  const longest = Math.max(2, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}`;
}

const MAX_PROBLEM = 4000;

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(code).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

const MAX_NAMES = 50;
