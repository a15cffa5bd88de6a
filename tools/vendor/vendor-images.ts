import { WolfiError } from "../error/wolfi-error.ts";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { Source } from "../repository/source.ts";
import { readCheckedLockfile } from "../workspace/checked-lockfile.ts";
import type { ImageFiles } from "../workspace/find-images.ts";
import { type PlannedLockfile, type PlanOptions, planVendor } from "./plan-vendor.ts";
import { findUnnamed, removeFiles } from "./prune-vendored.ts";
import { vendorMetadata } from "./vendor-metadata.ts";
import { type PackageResult, vendorPackages } from "./vendor-packages.ts";

export interface VendorOptions extends PlanOptions {
  /** Absolute. */
  readonly folder: string;
  readonly source: Source;
  readonly readFile: ReadFile;
  /** What mends a lockfile, without the image's name. */
  readonly lockCommand: string;
  readonly isPruning: boolean;
  readonly isDryRun: boolean;
  readonly today: Date;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  readonly onWarning: (message: string) => void;
}

export interface VendorReport {
  readonly packages: readonly PackageResult[];
  /** Paths below the folder, which are removed, or would be. */
  readonly pruned: readonly string[];
  /** Distinct packages of repositories that lie in the workspace. */
  readonly workspaceCount: number;
  readonly isDryRun: boolean;
  readonly problems: readonly WolfiError[];
}

/**
 * Makes a folder hold what the lockfiles of images name. What fails keeps nothing else back; only that nothing is
 * pruned while it is not known what all lockfiles name.
 *
 * @throws the signal's reason when that is aborted
 */
export async function vendorImages(images: readonly ImageFiles[], options: VendorOptions): Promise<VendorReport> {
  const { folder, layout, isPruning, isDryRun, onWarning } = options;
  const problems: WolfiError[] = [];
  const lockfiles: PlannedLockfile[] = [];
  for (const { name, lockfile: file } of images) {
    const lockCommand = `${options.lockCommand} -- ${name}`;
    const read = await readCheckedLockfile({ lockfile: file, lockCommand }, options.readFile);
    if (read instanceof WolfiError) problems.push(read);
    else lockfiles.push({ file, lockCommand, contents: read.contents });
  }
  const plan = planVendor(lockfiles, options);
  problems.push(...plan.problems);
  const isNamedKnown = problems.length === 0;
  const packages = await vendorPackages(plan.packages, options);
  problems.push(...packages.flatMap(({ problem }) => problem ?? []));
  if (!isDryRun) problems.push(...(await vendorMetadata(plan, options)));
  const pruned = isPruning && isNamedKnown ? await findUnnamed(folder, { layout, named: plan.named }) : [];
  if (isPruning && !isNamedKnown) onWarning("Nothing is pruned: not all lockfiles say what they name");
  if (!isDryRun) await removeFiles(folder, pruned);
  return { packages, pruned, workspaceCount: plan.workspaceCount, isDryRun, problems };
}
