import type { TextFormat } from "./text-format.ts";

/** Where updates push to, before the name of the branch that they are for. */
export const UPDATE_BRANCHES = "wolfi-auto-update/";

/** The name of a branch, or a pattern of names, in which one `*` stands for any text without a slash: `main`, `6.*`. */
export const branchPatternFormat: TextFormat<string> = {
  parse: (text) => (isBranchPattern(text) ? text : undefined),
  form: "the name of a branch, e.g. main, or a pattern with one star, e.g. 6.*",
};

/**
 * By the rules of git-check-ref-format, without the characters that mean something to shells or git: no name of a branch
 * has a star.
 */
function isBranchPattern(text: string): boolean {
  const isEach = text.split("/").every((part) => /^[\w+@#%=*-][\w.+@#%=*-]*$/.test(part) && !part.endsWith(".lock"));
  return isEach && !/^-|\.\.|\.$|\*.*\*/.test(text) && text.length <= 255;
}

export function isPattern(text: string): boolean {
  return text.includes("*");
}

/** The branches that a pattern means, in their order; those of updates are none of them. */
export function matchBranches(pattern: string, names: readonly string[]): readonly string[] {
  const [start = "", end = ""] = pattern.split("*");
  return names.filter(
    (name) =>
      name.length >= start.length + end.length &&
      name.startsWith(start) &&
      name.endsWith(end) &&
      !name.slice(start.length, name.length - end.length).includes("/") &&
      !name.startsWith(UPDATE_BRANCHES),
  );
}
