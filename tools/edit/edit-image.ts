import { resolve } from "node:path";
import type { Command } from "commander";
import { loadImageConfiguration, type ReadFile, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { checkLocks } from "../lock/check-locks.ts";
import type { LockedImage, LockRequest } from "../lock/lock-images.ts";
import { addCoolingOffOptions, type CoolingOffOptions } from "../options/cooling-off-options.ts";
import { addRequestOptions, findRequests } from "../options/find-requests.ts";
import {
  addRepositoryOptions,
  type CallContext,
  openCall,
  type RepositoryAccess,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { configuredLockOptions } from "../options/solve-options.ts";
import { failCall } from "../terminal/fail-call.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { editPackages } from "./edit-packages.ts";
import { type EditPlan, type Entries, entriesOf, readWishes, type Wish } from "./edit-plan.ts";
import { unifiedDiff } from "./line-diff.ts";
import { lockEdited } from "./lock-edited.ts";
import { printEdit, type Remark } from "./print-edit.ts";

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
    .option("--dry-run", "print what would change, and write nothing")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print problems only");
  addRepositoryOptions(addCoolingOffOptions(command.optionsGroup("Which packages it takes:")));
  return addRequestOptions(command, "an image of the workspace");
}

/** How a command edits. */
export interface Editing {
  /** `add packages`. */
  readonly action: string;
  /** `wolfi add`. */
  readonly command: string;
  readonly plan: (wishes: readonly Wish[], edited: EditedImage) => EditPlan | Promise<EditPlan>;
  /** What is to be said of images that are locked as it was wished. */
  readonly remark?: (
    wishes: readonly Wish[],
    locked: readonly LockedImage[],
    edited: EditedImage,
  ) => Promise<readonly Remark[]>;
}

/** The image that a call edits, before that. */
export interface EditedImage {
  readonly request: LockRequest;
  readonly loaded: ValidConfiguration;
  readonly entries: Entries;
  readonly context: CallContext;
  readonly access: RepositoryAccess;
}

/**
 * Edits the packages of an image and locks it, and the images that include it: the configuration and the lockfiles are
 * written together, or none of them.
 *
 * @param names the image and packages; with `--config`, packages alone
 */
export async function editImage(
  names: readonly string[],
  options: EditOptions,
  caller: Shell,
  { action, command, plan: decide, remark }: Editing,
): Promise<void> {
  const context = openCall(options, caller);
  const { shell, reporter } = context;
  const [images, written] = options.config === undefined ? [names.slice(0, 1), names.slice(1)] : [[], names];
  const refuse = (reason: string): WolfiError => usageError(action, reason, `See ${command} --help`);
  if (options.config === undefined && images.length === 0) throw refuse("no image is named");
  const find = (named: readonly string[]): Promise<readonly LockRequest[]> =>
    findRequests(named, options, { ...context, refuse });
  const [request] = (await find(images)) as readonly [LockRequest];
  const wishes = readWishes(written, action);
  const loaded = await loadImageConfiguration(request.configuration, workspaceReader(shell));
  if (loaded.kind === "invalid") return failCall(loaded.problems, options, context);
  const access = await configuredLockOptions(options, request.configuration, context);
  if (access === undefined) return;
  const entries = entriesOf(loaded.configuration.contents.packages, request.configuration);
  const edited = { request, loaded, entries, context, access };
  const plan = await decide(wishes, edited);
  const file = loaded.files[0]!;
  const after = editPackages(file.bytes, file.path, plan.edits);
  const isEdited = Buffer.compare(file.bytes, after) !== 0;
  const requests = await findConcerned(await find([]), request, access.readFile);
  if (!isEdited && (await areCurrent(requests, access))) {
    return printEdit({ plan, file, diff: "", remarks: [], requests, outcome: undefined }, options, context);
  }
  const outcome = await lockEdited(requests, isEdited ? [{ path: file.path, before: file.bytes, after }] : [], {
    ...access,
    isDryRun: options.dryRun === true,
    pathOf: (path) => resolve(shell.workspaceRoot, path),
  });
  reporter.progress("");
  const locked = outcome.results.filter((result) => result.kind === "locked");
  const remarks = outcome.problems.length > 0 ? [] : await remark?.(wishes, locked, edited);
  const diff = isEdited ? unifiedDiff(file.path, textOf(file.bytes), textOf(after)) : "";
  printEdit({ plan, file, diff, remarks: remarks ?? [], requests, outcome }, options, context);
}

/** The images whose lockfiles an edit of a configuration makes stale: its own, and those that include it. */
async function findConcerned(
  images: readonly LockRequest[],
  { configuration: path }: LockRequest,
  readFile: ReadFile,
): Promise<readonly LockRequest[]> {
  const loaded = await Promise.all(images.map(({ configuration }) => loadImageConfiguration(configuration, readFile)));
  return images.filter((_, at) => loaded[at]!.files.some((file) => file.path === path));
}

async function areCurrent(requests: readonly LockRequest[], { readFile }: RepositoryAccess): Promise<boolean> {
  const checked = await checkLocks(requests, { readFile, lockCommand: () => "" });
  return checked.every(({ problems }) => problems.length === 0);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
