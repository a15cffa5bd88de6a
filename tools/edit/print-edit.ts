import type { ConfigurationFile } from "../apko/load-image-configuration.ts";
import type { SummaryLine } from "../changes/summary-line.ts";
import { formatPosition } from "../error/wolfi-error.ts";
import { summarizeLock } from "../lock/describe-lock.ts";
import { describeLocks } from "../lock/describe-locks.ts";
import { describeTotal } from "../lock/describe-total.ts";
import type { LockRequest } from "../lock/lock-images.ts";
import type { CallContext } from "../options/repository-options.ts";
import { withoutRepeatedMissing } from "../sources/missing-offline.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { paintLine } from "../terminal/paint-line.ts";
import type { EditPlan } from "./edit-plan.ts";
import type { LockedEdit } from "./lock-edited.ts";
import type { PackageEdit } from "./package-edit.ts";

/** Something that a person would not expect of the edit, as a line and as data. */
export interface Remark {
  readonly text: string;
  readonly data: object;
}

export interface PrintedEdit {
  readonly plan: EditPlan;
  /** That is edited, as it was. */
  readonly file: ConfigurationFile;
  /** "" where it stays as it is. */
  readonly diff: string;
  readonly remarks: readonly Remark[];
  readonly requests: readonly LockRequest[];
  /** Undefined where there was nothing to do. */
  readonly outcome: LockedEdit | undefined;
}

/**
 * Says what an edit did to a configuration, then what its lock changed, and what it left as it was:
 *
 * ```text
 * wolfi-images/gitserver.yaml: added tree
 * git is there already: wolfi-images/gitserver.yaml:11:7
 * gitserver
 *   x86_64, aarch64
 *     + tree 2.3.2-r3
 * ```
 */
export function printEdit(
  edit: PrintedEdit,
  options: { readonly json?: true; readonly quiet?: true; readonly dryRun?: true },
  { reporter, shell }: CallContext,
): void {
  const problems = withoutRepeatedMissing(edit.outcome?.problems ?? []);
  reporter.problems(problems);
  shell.setExitCode(exitCodeOf(problems));
  if (options.json === true) return reporter.result(JSON.stringify({ ...summarizeEdit(edit), problems }, null, 2));
  if (options.quiet === true) return;
  for (const line of describeEdit(edit, options.dryRun === true)) reporter.result(paintLine(line, reporter.style));
}

function summarizeEdit({ plan, diff, remarks, requests, outcome }: PrintedEdit): object {
  const unchanged = requests.map(({ name, configuration, lockfile }) => {
    return { image: name, configuration, lockfile, result: "unchanged" };
  });
  return {
    images: outcome === undefined ? unchanged : outcome.results.map(summarizeLock),
    edits: plan.edits,
    there: plan.there.map(({ wish, entry }) => ({ wish, entry: entry.text, position: entry.position })),
    remarks: remarks.map(({ data }) => data),
    diff,
    isWritten: outcome?.isWritten === true,
  };
}

function describeEdit({ plan, file, diff, remarks, requests, outcome }: PrintedEdit, isDryRun: boolean): SummaryLine[] {
  const note = (text: string): SummaryLine => ({ kind: "note", text });
  const there = plan.there.map(({ wish, entry }) => {
    const as = entry.text === wish ? "" : `, as ${entry.text}`;
    return note(`${wish} is there already${as}: ${formatPosition(entry.position)}`);
  });
  const shown = isDryRun && diff !== "" ? [note(diff.replace(/\n$/, ""))] : [];
  if (outcome === undefined) return there;
  if (outcome.problems.length > 0) {
    const names = requests.map(({ name }) => name).join(", ");
    return [...there, ...shown, { kind: "image", text: `${names}: failed, all files are as they were` }];
  }
  return [
    ...(outcome.isWritten ? plan.edits.map((edit) => note(`${file.path}: ${describe(edit)}`)) : []),
    ...there,
    ...shown,
    ...describeLocks(outcome.results),
    ...describeTotal(outcome.results),
    ...remarks.map(({ text }) => note(text)),
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
