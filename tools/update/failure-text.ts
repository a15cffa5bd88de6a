import { code } from "../diff/markdown.ts";
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
  const introduction = "The lockfiles of these are as they were. The rest of this request is not concerned.";
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
