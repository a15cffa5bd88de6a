import { formatPosition } from "../error/wolfi-error.ts";
import { counted } from "../terminal/counted.ts";
import { printable } from "../terminal/format-problem.ts";
import type { Style } from "../terminal/style.ts";
import type { TestResult, Verdict } from "./test-result.ts";

/** One line a test, below it what is wrong, and at the end the numbers. */
export function describeResults(results: readonly TestResult[], style: Style): readonly string[] {
  return [...results.flatMap((result) => describeResult(result, style)), summarize(results)];
}

function describeResult({ verdict, name, found, position, failures }: TestResult, style: Style): readonly string[] {
  const title = `${colourVerdict(verdict, style)} ${printable(found === "" || failures.length > 0 ? name : `${name}: ${found}`)}`;
  const place = position.file === "" || verdict === "ok" ? [] : [`  ${style.faint(formatPosition(position))}`];
  return [title, ...failures.map((failure) => `  ${printable(failure)}`), ...place];
}

function colourVerdict(verdict: Verdict, style: Style): string {
  switch (verdict) {
    case "ok":
      return style.good(verdict);
    case "not ok":
      return style.bad(verdict);
    case "not judged":
      return style.caution(verdict);
  }
}

function summarize(results: readonly TestResult[]): string {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  const notJudged = count("not judged");
  const programs = results.filter(({ name }) => name.startsWith("Program of")).length;
  return [
    `${counted(results.length, "test")}: ${count("ok")} ok, ${count("not ok")} not ok`,
    ...(notJudged === 0 ? [] : [`, ${notJudged} not judged`]),
    ...(programs === 0 ? [] : [`; ${counted(programs, "command")} not run`]),
  ].join("");
}
