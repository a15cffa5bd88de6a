import { parseConstraint } from "../apk/constraint.ts";
import { constraintsOf, describeBadConstraint } from "../apko/world.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { usageError } from "../terminal/usage-error.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import type { PackageEdit } from "./package-edit.ts";

/** What a call means for an image configuration. */
export interface EditPlan {
  readonly edits: readonly PackageEdit[];
  /** What is as it was asked for already: the wish, and the entry that says so. */
  readonly there: readonly { readonly wish: string; readonly entry: Located }[];
}

/** The entries that a configuration has of its own, and those that come in by its `include:`. */
export interface Entries {
  readonly own: readonly Located[];
  readonly included: readonly Located[];
}

export function entriesOf(packages: readonly Located[], file: string): Entries {
  const isOwn = ({ position }: Located): boolean => position.file === file;
  return { own: packages.filter(isOwn), included: packages.filter((entry) => !isOwn(entry)) };
}

/** Those that ask for a package, among others perhaps. */
export function entriesFor(name: string, entries: readonly Located[]): readonly Located[] {
  return entries.filter(({ text }) => constraintsOf(text).some((each) => parseConstraint(each).name === name));
}

/**
 * Reads the packages that a call names, each as an entry of `contents.packages`.
 *
 * @param action what was to be done: `add packages`
 * @throws WolfiError for what no entry can say
 */
export function readWishes(written: readonly string[], action: string): readonly Wish[] {
  if (written.length === 0) throw usageError(action, "no package is named");
  const wishes = [...new Set(written)].map((text): Wish => {
    const [constraint] = constraintsOf(text);
    if (constraint !== text) {
      throw usageError(action, `"${text}" is no package`, "Write NAME or NAME>=1.2 without spaces, each by itself");
    }
    const bad = describeBadConstraint(text);
    if (bad !== undefined) throw usageError(action, `bad package "${text}": ${bad.reason}`, bad.cure);
    const { name } = parseConstraint(text);
    return { text, name, isBare: name === text };
  });
  for (const [name, same] of Map.groupBy(wishes, (wish) => wish.name)) {
    if (same.length > 1)
      throw usageError(action, `"${name}" is named twice: ${same.map(({ text }) => text).join(" ")}`);
  }
  return wishes;
}

export interface Wish {
  readonly text: string;
  readonly name: string;
  /** Whether it is a name alone. */
  readonly isBare: boolean;
}

/** An entry that asks for several packages, or several entries for one: which is meant cannot be known. */
export function ambiguous(action: string, name: string, entries: readonly Located[]): WolfiError {
  const texts = entries.map(({ text }) => `"${text}"`).join(" and ");
  return usageError(action, `for "${name}" there is ${texts}`, "Edit it by hand, and lock").with({
    position: entries[0]!.position,
  });
}
