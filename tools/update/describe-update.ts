import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { diffImages } from "../diff/diff-images.ts";
import { pairOf } from "../diff/find-pairs.ts";
import { revisionTree, workingTree } from "../diff/tree.ts";
import type { Position } from "../error/wolfi-error.ts";
import type { RequestText } from "../forge/forge.ts";
import { openGit } from "../git/open-git.ts";
import type { GitOptions } from "../git/run-git.ts";
import { openLockedRecords } from "../locked/locked-records.ts";
import { coolingOffOf } from "../options/cooling-off-options.ts";
import type { RepositoryAccess } from "../options/repository-options.ts";
import { usageError } from "../terminal/usage-error.ts";
import { imageFilesOf } from "../workspace/find-images.ts";
import type { ModuleFile } from "../workspace/module-file.ts";
import { readSettings } from "../workspace/settings.ts";
import { findHeldBack } from "./find-held-back.ts";
import { readUpdatedImages } from "./read-updated-images.ts";
import { requestText } from "./request-text.ts";
import { scanUpdate } from "./scan-update.ts";
import type { DescribedUpdate } from "./update-branch.ts";

export interface DescribeUpdateOptions extends Omit<GitOptions, "folder"> {
  /** Of the workspace in the worktree. */
  readonly workspace: string;
  readonly module: ModuleFile;
  /** Reads repositories as that workspace has them. */
  readonly access: RepositoryAccess;
  readonly maxLength: number;
  /** Page of a file's line, of the commit that is updated; the file is named from the workspace root. Undefined where there is none. */
  readonly fileUrl: (position: Position) => string | undefined;
}

/**
 * Says what an update changes, for its pull request: the lockfiles of the worktree and those of its commit. What cannot be
 * looked up is said to be unknown, and keeps nothing back.
 */
export async function describeUpdate(
  { branch, base, locked }: DescribedUpdate,
  options: DescribeUpdateOptions,
): Promise<RequestText> {
  const { workspace, module, access, maxLength, signal } = options;
  using git = openGit({ ...options, folder: workspace });
  using records = openLockedRecords(access);
  const before = revisionTree({ text: branch, commit: base }, git);
  const after = workingTree(access.readFile, (path) => readdir(join(workspace, path)));
  const names = locked.changed.flatMap((file) => /([^/]+)\.lock\.json$/.exec(file)?.[1] ?? []);
  const pairs = names.map((name) => pairOf(imageFilesOf(module.imagesFolder, name), before, after));
  const { diffs, problems } = await diffImages(pairs, {
    records,
    lockCommand: module.lockCommand,
    unknownImage: (name) => Promise.resolve(usageError("describe the update", `there is no image "${name}"`)),
    signal,
  });
  const read = await readSettings(module.imagesFolder, access.readFile);
  // Of settings that cannot be read, the lock has said so.
  const settings = read.kind === "read" ? read.settings : undefined;
  const images = await readUpdatedImages(pairs, { records, lockCommand: module.lockCommand, signal });
  const scan = await scanUpdate(images, {
    ...access,
    workingDirectory: workspace,
    configured: settings?.["vulnerability-data"] ?? [],
  });
  const folder = module.imagesFolder;
  const heldBack = await findHeldBack(
    pairs.map(({ after: { files } }) => files),
    {
      ...access,
      coolingOff: settings === undefined ? undefined : coolingOffOf({}, { settings, folder }, access.today),
      // Of what it holds back, this says nothing.
      policy: { retention: PERIOD, soon: PERIOD, today: access.today },
      lockCommand: module.lockCommand,
      configurationOf: (name) => images.find((image) => image.name === name)?.configuration,
    },
  );
  return requestText({
    branch,
    diffs,
    images,
    uncompared: problems,
    failed: locked.failed,
    scan,
    heldBack,
    fileUrl: options.fileUrl,
    lockCommand: module.lockCommand,
    maxLength,
  });
}

const PERIOD = { text: "12mo", value: { count: 12, unit: "months" } } as const;
