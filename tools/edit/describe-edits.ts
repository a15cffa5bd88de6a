import type { ConfigurationFile } from "../apko/load-image-configuration.ts";
import type { SummaryLine } from "../changes/summary-line.ts";
import { formatPosition } from "../error/wolfi-error.ts";
import type { EditPlan } from "./edit-plan.ts";
import type { PackageEdit } from "./package-edit.ts";

/**
 * Says what an edit did to a configuration, and what it left as it was:
 *
 * ```text
 * wolfi-images/gitserver.yaml: added tree
 * git is there already: wolfi-images/gitserver.yaml:11:7
 * ```
 *
 * @param options.isDone false where nothing was written
 */
export function describeEdits(
  { edits, there }: EditPlan,
  { path }: ConfigurationFile,
  { isDone }: { readonly isDone: boolean },
): readonly SummaryLine[] {
  return [
    ...(isDone ? edits.map((edit): SummaryLine => ({ kind: "note", text: `${path}: ${describe(edit)}` })) : []),
    ...there.map(({ wish, entry }): SummaryLine => {
      const as = entry.text === wish ? "" : `, as ${entry.text}`;
      return { kind: "note", text: `${wish} is there already${as}: ${formatPosition(entry.position)}` };
    }),
  ];
}

function describe(edit: PackageEdit): string {
  switch (edit.kind) {
    case "add":
      return `added ${edit.entry}`;
    case "replace":
      return `${edit.entry} is now ${edit.by}`;
    case "remove":
      return `removed ${edit.entry}`;
  }
}
