import { parseConstraint } from "../apk/constraint.ts";
import { constraintsOf } from "../apko/world.ts";
import { ambiguous, type EditPlan, type Entries, entriesFor, type Wish } from "../edit/edit-plan.ts";
import { didYouMean, nearestNames } from "../error/nearest-name.ts";
import { WolfiError } from "../error/wolfi-error.ts";

export interface RemovalContext {
  /** The configuration's path, from the workspace root. */
  readonly file: string;
  /** What writes lockfiles: `bazel run //tools:lock`. */
  readonly lockCommand: string;
  /** Says why a package is in the image that the configuration does not ask for; undefined where it is not. */
  readonly whyThere: (name: string) => Promise<string | undefined>;
}

/**
 * Decides how packages get out of a configuration: a name alone takes out all entries for it.
 *
 * @throws WolfiError for what the configuration does not have of its own, with where it comes from or what may be meant
 */
export async function planRemovals(
  wishes: readonly Wish[],
  entries: Entries,
  context: RemovalContext,
): Promise<EditPlan> {
  const edits: EditPlan["edits"][number][] = [];
  for (const wish of wishes) {
    const { text, name, isBare } = wish;
    const ofName = entriesFor(name, entries.own);
    const several = ofName.find((entry) => constraintsOf(entry.text).length > 1);
    if (several !== undefined) throw ambiguous("remove packages", name, [several]);
    const meant = ofName.filter((entry) => isBare || entry.text === text);
    if (meant.length === 0) throw await notThere(wish, entries, context);
    edits.push(...meant.map((entry) => ({ kind: "remove", entry: entry.text }) as const));
  }
  return { edits, there: [] };
}

async function notThere(
  { text, name }: Wish,
  { own, included }: Entries,
  context: RemovalContext,
): Promise<WolfiError> {
  const { file, lockCommand, whyThere } = context;
  const problem = (reason: string, options: Pick<WolfiError, "position" | "cure">): WolfiError =>
    new WolfiError("NOT_ASKED_FOR", `Cannot remove "${text}" from "${file}": ${reason}`, { kind: "input", ...options });
  const [other] = entriesFor(name, own);
  if (other !== undefined) {
    return problem(`it asks for "${other.text}"`, {
      position: other.position,
      cure: `Name it so, or write "${name}" for all`,
    });
  }
  const [base] = entriesFor(name, included);
  if (base !== undefined) {
    return problem(`it includes "${base.position.file}", which asks for it`, {
      position: base.position,
      cure: `Take it out there, which concerns all images that include it, and run: ${lockCommand}`,
    });
  }
  const why = await whyThere(name);
  if (why !== undefined) return problem(`it does not ask for it; ${why}`, { position: undefined, cure: undefined });
  const known = own.flatMap((entry) => constraintsOf(entry.text).map((each) => parseConstraint(each).name));
  const question = didYouMean(nearestNames(name, new Set(known), 3));
  return problem("it does not ask for it", {
    position: undefined,
    cure: question ?? `It asks for ${known.join(", ") || "nothing"}`,
  });
}
