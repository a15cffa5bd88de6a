import { counted } from "../terminal/counted.ts";
import { type BranchOutcome, updateBranchName } from "./update-branch.ts";

/**
 * Says in a line what became of a branch.
 *
 * @param written the files of a dry run; undefined where it was none
 */
export function describeOutcome(outcome: BranchOutcome, written: readonly string[] | undefined): string {
  const { branch, failed } = outcome;
  const failures = failed.length === 0 ? "" : `; ${failed.map(({ image }) => image).join(", ")} failed`;
  return `${branch}: ${describe(outcome, written)}${failures}`;
}

function describe(
  { branch, result, url, isPushed, changed }: BranchOutcome,
  written: readonly string[] | undefined,
): string {
  const lockfiles = counted(changed.length, "lockfile");
  const where = url === undefined ? updateBranchName(branch) : url;
  switch (result) {
    case "current":
      return "nothing is newer";
    case "obsolete":
      return `${where} is closed, for nothing is newer any more`;
    case "open":
      if (written !== undefined) return `${lockfiles} would change: ${written.join(", ")}`;
      return url === undefined
        ? `${lockfiles} ${isPushed ? "pushed to" : "on"} ${where}`
        : `${where} is opened, ${lockfiles}`;
    case "update":
      return `${where} is ${isPushed ? "updated" : "as it should be"}, ${lockfiles}`;
    case "foreign":
      return `${where} is left alone`;
    case "declined":
      return `${where} was closed by a person, and nothing is newer than that`;
    case "kept":
      return `${where} is left as it is`;
  }
}
