import { relative, resolve } from "node:path";
import { Command } from "commander";
import type { WolfiError } from "../error/wolfi-error.ts";
import { mappingFinder } from "../repository/mapped-source.ts";
import { vendoredPath } from "../repository/vendored-path.ts";
import { addCacheOptions, type CacheOptions } from "../options/cache-options.ts";
import { findRequests } from "../options/find-requests.ts";
import { type Mirror, mirrorOption } from "../options/mirror-option.ts";
import { type CallContext, lockOptionsOf, openCall } from "../options/repository-options.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { workspacePath } from "../terminal/workspace.ts";
import type { ModuleRepository } from "../workspace/module-file.ts";
import { describeVendor, summarizeVendor } from "./describe-vendor.ts";
import { vendorImages } from "./vendor-images.ts";

interface VendorCommandOptions extends CacheOptions {
  readonly mirror: readonly Mirror[];
  readonly distdir?: true;
  readonly prune?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** Where .bazelrc's `--config=vendored` looks; from the workspace root. */
const DEFAULT_FOLDER = "vendor/wolfi";

/** `wolfi vendor`: lockfiles → a folder that has all of their packages. */
export function vendorCommand(caller: Shell): Command {
  const command = new Command("vendor")
    .summary("download all packages of the lockfiles into a folder")
    .description(
      "Writes the packages of lockfiles, and the indexes and keys of their repositories, into a folder, as " +
        "HOST/PATH/ARCHITECTURE/NAME-VERSION.apk: what bazel build --config=vendored works from, and any web server " +
        "can serve. Each segment is verified against the lockfiles. What is there already is not downloaded again.",
    )
    .argument("[folder]", `where to (default: ${DEFAULT_FOLDER} in the workspace)`)
    .argument("[image...]", "names of images, e.g. gitserver; all images of the workspace by default")
    .option("--distdir", "lay the folder out for bazel build --distdir=FOLDER: segments, and no indexes or keys")
    .option("--prune", "remove packages from the folder that no lockfile names")
    .option("--dry-run", "tell what would be downloaded and removed, and do neither")
    .option("--json", "print what became of each package as JSON")
    .option("--quiet", "print problems only");
  return addCacheOptions(command.optionsGroup("Where packages are read from:").addOption(mirrorOption()))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi vendor                                 what --config=vendored builds from\n" +
        "  wolfi vendor --prune                         the same, without what is no longer locked\n" +
        "  wolfi vendor /srv/mirror gitserver           a mirror of what one image needs\n" +
        "  wolfi vendor --distdir /srv/distdir          for bazel build --distdir=/srv/distdir",
    )
    .action(async (folder: string | undefined, names: readonly string[], options: VendorCommandOptions) => {
      await vendor(folder, names, { options, context: openCall(options, caller) });
    });
}

async function vendor(
  written: string | undefined,
  names: readonly string[],
  { options, context }: { readonly options: VendorCommandOptions; readonly context: CallContext },
): Promise<void> {
  const { shell, reporter, module } = context;
  if (options.distdir === true && written === undefined) throw refuse('"--distdir" needs a folder');
  if (options.prune === true && names.length > 0) throw refuse('"--prune" looks at all images: name none');
  const folder =
    written === undefined ? resolve(shell.workspaceRoot, DEFAULT_FOLDER) : resolve(shell.workingDirectory, written);
  const shownFolder = workspacePath(folder, shell);
  if (!relative(folder, shell.workspaceRoot).startsWith("..")) throw refuse(`"${written}" holds the workspace itself`);
  const images = await findRequests(names, {}, { shell, module, refuse });
  // What lies in the workspace is not downloaded, unless it is this very folder.
  const isHere = ({ url, folder: mapped }: ModuleRepository): boolean => {
    const path = vendoredPath(`${url.replace(/\/+$/, "")}/x`);
    return path !== undefined && resolve(shell.workspaceRoot, mapped, "x") === resolve(folder, path);
  };
  const inWorkspace = mappingFinder(
    new Map(
      module.repositories
        .filter((repository) => repository.label !== undefined || !isHere(repository))
        .map(({ url, folder: mapped }) => [url, mapped]),
    ),
  );
  const lockOptions = lockOptionsOf(options, { ...context, module: { ...module, repositories: [] } });
  const report = await vendorImages(images, {
    ...lockOptions,
    folder,
    layout: options.distdir === true ? "distdir" : "repositories",
    isInWorkspace: (url) => inWorkspace(url) !== undefined,
    lockCommand: module.lockCommand,
    isPruning: options.prune === true,
    isDryRun: options.dryRun === true,
    onProgress: (done, total) => reporter.progress(`packages: ${done} of ${total}`),
    onWarning: (message) => reporter.warning(message),
  });
  reporter.progress("");
  reporter.problems(report.problems);
  if (options.json === true) reporter.result(JSON.stringify(summarizeVendor(report, shownFolder), null, 2));
  else if (options.quiet !== true) for (const line of describeVendor(report, shownFolder)) reporter.result(line);
  shell.setExitCode(exitCodeOf(report.problems));
}

function refuse(reason: string): WolfiError {
  return usageError("vendor packages", reason, "See wolfi vendor --help");
}
