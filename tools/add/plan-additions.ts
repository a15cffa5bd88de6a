import { constraintsOf } from "../apko/world.ts";
import { ambiguous, type EditPlan, type Entries, entriesFor, type Wish } from "../edit/edit-plan.ts";

/**
 * Decides how packages get into a configuration. A name alone is content with any entry for it; with a constraint, its
 * own entry is replaced, or it gets one beside what is included.
 *
 * @throws WolfiError where it has several entries for one package, and another constraint is wished
 */
export function planAdditions(wishes: readonly Wish[], { own, included }: Entries): EditPlan {
  const edits: EditPlan["edits"][number][] = [];
  const there: EditPlan["there"][number][] = [];
  for (const { text, name, isBare } of wishes) {
    const ownEntries = entriesFor(name, own);
    const entries = [...ownEntries, ...entriesFor(name, included)];
    const entry = entries.find((each) => each.text === text) ?? (isBare ? entries[0] : undefined);
    const [old, ...others] = ownEntries;
    if (entry !== undefined) there.push({ wish: text, entry });
    else if (old === undefined) edits.push({ kind: "add", entry: text });
    else if (others.length > 0 || constraintsOf(old.text).length > 1) throw ambiguous("add packages", name, ownEntries);
    else edits.push({ kind: "replace", entry: old.text, by: text });
  }
  return { edits, there };
}
