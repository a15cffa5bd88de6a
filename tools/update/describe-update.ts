import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { diffImages, type ImagePair } from "../diff/diff-images.ts";
import { pairOf } from "../diff/find-pairs.ts";
import { readImageState } from "../diff/read-image-state.ts";
import { revisionTree, workingTree } from "../diff/tree.ts";
import { usageError } from "../terminal/usage-error.ts";
import type { RequestText } from "../forge/forge.ts";
import { openGit } from "../git/open-git.ts";
import type { GitOptions } from "../git/run-git.ts";
import { type LockedRecordReader, openLockedRecords } from "../locked/locked-records.ts";
import type { RepositoryAccess } from "../options/repository-options.ts";
import { imageFilesOf } from "../workspace/find-images.ts";
import type { ModuleFile } from "../workspace/module-file.ts";
import { readSettings } from "../workspace/settings.ts";
import { requestText } from "./request-text.ts";
import { scanUpdate, type UpdatedImage, type UpdateScan } from "./scan-update.ts";
import type { DescribedUpdate } from "./update-branch.ts";

export interface DescribeUpdateOptions extends Omit<GitOptions, "folder"> {
  /** Of the workspace in the worktree. */
  readonly workspace: string;
  readonly module: ModuleFile;
  /** Reads repositories as that workspace has them. */
  readonly access: RepositoryAccess;
  readonly maxLength: number;
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
  const { diffs } = await diffImages(pairs, {
    records,
    lockCommand: module.lockCommand,
    unknownImage: (name) => Promise.resolve(usageError("describe the update", `there is no image "${name}"`)),
    signal,
  });
  const scan = await scanImages(pairs, records, options);
  const { failed, heldBack = [] } = locked;
  return requestText({ branch, diffs, failed, scan, heldBack, lockCommand: module.lockCommand, maxLength });
}

async function scanImages(
  pairs: readonly ImagePair[],
  records: LockedRecordReader,
  { workspace, module, access }: DescribeUpdateOptions,
): Promise<UpdateScan> {
  const images: UpdatedImage[] = [];
  for (const { name, before, after } of pairs) {
    const [old, now] = [
      await readImageState(before, module.lockCommand),
      await readImageState(after, module.lockCommand),
    ];
    if (now.kind !== "read") continue;
    const was = old.kind === "read" ? old.lockfile : undefined;
    images.push({ name, lockfile: after.files.lockfile, before: was, after: now.lockfile });
  }
  const read = await readSettings(module.imagesFolder, access.readFile);
  const settings = read.kind === "read" ? read.settings["vulnerability-data"] : [];
  return scanUpdate(images, {
    ...access,
    records,
    workingDirectory: workspace,
    configured: settings.map(({ repository, data }) => ({ repository, data: data === "none" ? undefined : data })),
  });
}
