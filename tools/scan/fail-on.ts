import { InvalidArgumentError, Option } from "commander";
import { rankOf, type Severity, severities } from "../vulnerability/severity.ts";
import type { Vulnerability } from "../vulnerability/find-vulnerabilities.ts";

/** Which vulnerabilities make a call fail: those that meet all of it. */
export interface FailOn {
  readonly isFixable: boolean;
  /** At least this; an unknown severity may be it. */
  readonly severity: Severity | undefined;
}

export function failOnOption(): Option {
  return new Option(
    "--fail-on <what>",
    "exit 3 for these: any, fixable, or a severity and above (low, medium, high, critical); of several, all have to be met",
  ).argParser((written: string, before: FailOn | undefined) =>
    written.split(",").reduce((failOn: FailOn | undefined, word) => withWord(failOn, word.trim()), before),
  );
}

function withWord(before: FailOn = { isFixable: false, severity: undefined }, word: string): FailOn {
  if (word === "any") return before;
  if (word === "fixable") return { ...before, isFixable: true };
  const severity = severities.find((each) => each === word);
  if (severity === undefined || severity === "none") {
    throw new InvalidArgumentError("It must be any, fixable, low, medium, high or critical.");
  }
  if (before.severity !== undefined)
    throw new InvalidArgumentError("It may have one severity: the lowest that counts.");
  return { ...before, severity };
}

/** Whether a vulnerability makes the call fail. One of unknown severity does: it may be critical. */
export function isFailing({ severity, packages }: Vulnerability, failOn: FailOn): boolean {
  const isFixable = packages.some(({ fixed }) => fixed !== undefined);
  return (
    (isFixable || !failOn.isFixable) &&
    (failOn.severity === undefined || severity === undefined || rankOf(severity) >= rankOf(failOn.severity))
  );
}
