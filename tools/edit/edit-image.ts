import { resolve } from "node:path";
import type { Command } from "commander";
import {
  type ConfigurationFile,
  loadImageConfiguration,
  type ValidConfiguration,
} from "../apko/load-image-configuration.ts";
import type { SummaryLine } from "../changes/summary-line.ts";
import { problemOf } from "../error/problem-of.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { checkLocks } from "../lock/check-locks.ts";
import { summarizeLock } from "../lock/describe-lock.ts";
import { describeLocks } from "../lock/describe-locks.ts";
import type { LockRequest, LockResult } from "../lock/lock-images.ts";
import { paintLine } from "../lock/paint-line.ts";
import { addCoolingOffOptions, type CoolingOffOptions } from "../options/cooling-off-options.ts";
import { findRequests } from "../options/find-requests.ts";
import {
  addRepositoryOptions,
  type CallContext,
  openCall,
  type RepositoryAccess,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { configuredLockOptions } from "../options/solve-options.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { describeEdits } from "./describe-edits.ts";
import { editPackages } from "./edit-packages.ts";
import { type EditPlan, type Entries, entriesOf, readWishes, type Wish } from "./edit-plan.ts";
import { unifiedDiff } from "./line-diff.ts";
import { lockEdited, writeEdited } from "./lock-edited.ts";

export interface EditOptions extends RepositoryOptions, CoolingOffOptions {
  readonly config?: string;
  readonly lockfile?: string;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** The options of a command that edits an image configuration and locks it. */
export function addEditOptions(command: Command): Command {
  command
    .option("--dry-run", "print what would change in both files, and write nothing")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print problems only");
  return addRepositoryOptions(addCoolingOffOptions(command.optionsGroup("Which packages it takes:")))
    .optionsGroup("For one configuration anywhere:")
    .option("--config <file>", "image configuration, instead of an image of the workspace")
    .option("--lockfile <file>", "its lockfile (default: beside the configuration, NAME.lock.json)");
}

/** How a command edits. */
export interface Editing {
  /** `add packages`. */
  readonly action: string;
  /** `wolfi add`. */
  readonly command: string;
  readonly plan: (wishes: readonly Wish[], entries: Entries, call: EditedImage) => EditPlan | Promise<EditPlan>;
  /** What is to be said of an image that is locked as it was wished. */
  readonly remark?: (wishes: readonly Wish[], text: string, call: EditedImage) => Promise<readonly Remark[]>;
}

/** The image that a call edits, before that. */
export interface EditedImage {
  readonly request: LockRequest;
  readonly loaded: ValidConfiguration;
  readonly context: CallContext;
  readonly access: RepositoryAccess;
}

/** Something that a person would not expect of the edit, as a line and as data. */
export interface Remark {
  readonly text: string;
  readonly data: object;
}

/**
 * Edits the packages of an image and locks it: configuration and lockfile are written together, or none of them.
 *
 * @param names the image and packages; with `--config`, packages alone
 */
export async function editImage(
  names: readonly string[],
  options: EditOptions,
  caller: Shell,
  editing: Editing,
): Promise<void> {
  const { action, command } = editing;
  const context = openCall(options, caller);
  const { shell, module, reporter } = context;
  const [images, written] = options.config === undefined ? [names.slice(0, 1), names.slice(1)] : [[], names];
  const refuse = (reason: string): WolfiError => usageError(action, reason, `See ${command} --help`);
  if (options.config === undefined && images.length === 0) throw refuse("no image is named");
  const [request] = (await findRequests(
    images,
    { config: options.config, lockfile: options.lockfile },
    { shell, folder: module.imagesFolder, lockfileOption: "--lockfile", refuse },
  )) as readonly [LockRequest];
  const wishes = readWishes(written, action);
  const loaded = await loadImageConfiguration(request.configuration, workspaceReader(shell));
  if (loaded.kind === "invalid") return fail(loaded.problems, options, context);
  const access = await configuredLockOptions(options, request.configuration, context);
  if (access === undefined) return;
  const image = { request, loaded, context, access };
  const entries = entriesOf(loaded.configuration.contents.packages, request.configuration);
  const plan = await editing.plan(wishes, entries, image);
  const file = loaded.files[0]!;
  const after = editPackages(file.bytes, file.path, plan.edits);
  const diff = diffOf(file, after);
  if (diff === "" && (await isCurrent(image))) return print({ plan, diff, remarks: [] }, image, options);
  const result = await lockAndWrite(after, options, image);
  reporter.progress("");
  const isLocked = result.kind === "locked";
  const remarks = isLocked ? await editing.remark?.(wishes, result.text, image) : [];
  return print({ plan, diff, remarks: remarks ?? [], result }, image, options);
}

function diffOf({ path, bytes }: ConfigurationFile, after: Uint8Array): string {
  if (Buffer.compare(bytes, after) === 0) return "";
  return unifiedDiff(path, Buffer.from(bytes).toString(), Buffer.from(after).toString());
}

async function isCurrent({ request, access }: EditedImage): Promise<boolean> {
  const [checked] = await checkLocks([request], { readFile: access.readFile, lockCommand: () => "" });
  return checked!.problems.length === 0;
}

async function lockAndWrite(after: Uint8Array, options: EditOptions, image: EditedImage): Promise<LockResult> {
  const { request, loaded, context, access } = image;
  const { path, bytes: before } = loaded.files[0]!;
  const files = [{ path, before, after }];
  const result = await lockEdited(request, files, access);
  if (result.kind === "failed" || options.dryRun === true) return result;
  const { workspaceRoot, signal } = context.shell;
  try {
    const pathOf = (at: string): string => resolve(workspaceRoot, at);
    await writeEdited(result, files, { readFile: access.readFile, signal, pathOf });
    return result;
  } catch (error) {
    return { kind: "failed", request, problems: [problemOf(error, signal)] };
  }
}

function fail(problems: readonly WolfiError[], { json }: EditOptions, { reporter, shell }: CallContext): void {
  reporter.problems(problems);
  if (json === true) reporter.result(JSON.stringify({ problems }, null, 2));
  shell.setExitCode(exitCodeOf(problems));
}

interface Printed {
  readonly plan: EditPlan;
  readonly diff: string;
  readonly remarks: readonly Remark[];
  /** Undefined where there was nothing to do. */
  readonly result?: LockResult;
}

function print({ plan, diff, remarks, result }: Printed, image: EditedImage, options: EditOptions): void {
  const { request, loaded, context } = image;
  const { reporter, shell } = context;
  const problems = result?.kind === "failed" ? result.problems : [];
  reporter.problems(problems);
  shell.setExitCode(exitCodeOf(problems));
  const { name, configuration, lockfile } = request;
  if (options.json === true) {
    const data = {
      ...(result === undefined ? { image: name, configuration, lockfile, result: "unchanged" } : summarizeLock(result)),
      edits: plan.edits,
      there: plan.there.map(({ wish, entry }) => ({ wish, entry: entry.text, position: entry.position })),
      remarks: remarks.map(({ data: remark }) => remark),
      diff,
      problems,
    };
    return reporter.result(JSON.stringify(data, null, 2));
  }
  if (options.quiet === true) return;
  const lines: readonly SummaryLine[] = [
    ...describeEdits(plan, loaded.files[0]!, { isDone: options.dryRun !== true && result?.kind === "locked" }),
    ...(options.dryRun === true && diff !== "" ? [{ kind: "note", text: diff.replace(/\n$/, "") } as const] : []),
    ...(result?.kind === "locked" ? describeLocks([result]) : []),
    ...remarks.map(({ text }): SummaryLine => ({ kind: "note", text })),
    ...(result?.kind === "failed"
      ? [{ kind: "image", text: `${name}: failed, both files are as they were` } as const]
      : []),
  ];
  for (const line of lines) reporter.result(paintLine(line, reporter.style));
}
