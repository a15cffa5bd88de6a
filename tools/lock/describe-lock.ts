import { hasSamePackages } from "../apko/compare-lockfiles.ts";
import { describePackages } from "../changes/describe-packages.ts";
import { describeSources } from "../changes/describe-sources.ts";
import type { SummaryLine } from "../changes/summary-line.ts";
import { describeHeldBack } from "../choice/held-back.ts";
import type { LockedImage, LockResult } from "./lock-images.ts";

/**
 * Says what a lock changed:
 *
 * ```text
 * gitserver
 *   aarch64, x86_64
 *     + tini 0.19.0-r23
 *     - dumb-init 1.2.5-r3
 *     ~ git 2.48.1-r0 → 2.49.0-r0
 *     ⇄ glibc: provider changed from glibc 2.42-r1 to glibc-2.43 2.43-r0
 *     kept 33
 * ```
 */
export function describeLock(result: LockResult): readonly SummaryLine[] {
  const { name } = result.request;
  if (result.kind === "failed") return [{ kind: "image", text: `${name}: failed, its lockfile is as it was` }];
  if (!result.isChanged) return [{ kind: "image", text: `${name}: unchanged` }, ...describeNotTaken(result)];
  return [
    { kind: "image", text: name },
    ...describePrevious(result),
    ...(result.sources === undefined ? [] : describeSources(result.sources, hasSamePackages(result.changes))),
    ...(hasSamePackages(result.changes) && result.previous.kind === "read" ? [] : describePackages(result.changes)),
    ...describeNotTaken(result),
  ];
}

/** The same as data, for scripts. */
export function summarizeLock(result: LockResult): object {
  const { name, configuration, lockfile } = result.request;
  const image = { image: name, configuration, lockfile };
  if (result.kind === "locked") {
    const { changes, sources } = result;
    const outcome = result.isChanged ? "changed" : "unchanged";
    return { ...image, result: outcome, changes, sources, ...notTaken(result) };
  }
  return { ...image, result: "failed", problems: result.problems };
}

function notTaken({ heldBack, gone }: LockedImage): object {
  return { ...(heldBack === undefined ? {} : { heldBack }), ...(gone.length === 0 ? {} : { gone }) };
}

/** What is not as it was asked for. */
function describeNotTaken({ heldBack = [], gone, changes }: LockedImage): readonly SummaryLine[] {
  return [
    ...gone.map(({ name, version }) => note(`  could not stay: ${name} ${version}, which no repository has any more`)),
    ...describeHeldBack(heldBack, changes.length).map((line) => note(`  ${line}`)),
  ];
}

function describePrevious({ previous, request: { lockfile } }: LockedImage): readonly SummaryLine[] {
  if (previous.kind === "read") return [];
  if (previous.reason === "it does not exist") return [note(`  new: ${lockfile}`)];
  return [note(`  ${lockfile} could not be read (${previous.reason}): it is written anew`)];
}

function note(text: string): SummaryLine {
  return { kind: "note", text };
}
