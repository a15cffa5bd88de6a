import { resolve } from "node:path";
import { isAbsolute } from "node:path/posix";
import { Command } from "commander";
import type { SummaryLine } from "../changes/summary-line.ts";
import { type EditedFile, lockEdited, type LockedEdit } from "../edit/lock-edited.ts";
import { unifiedDiff } from "../edit/line-diff.ts";
import { summarizeLock } from "../lock/describe-lock.ts";
import { describeLocks } from "../lock/describe-locks.ts";
import { addCoolingOffOptions, type CoolingOffOptions } from "../options/cooling-off-options.ts";
import {
  addRepositoryOptions,
  type CallContext,
  openCall,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { configuredLockOptions } from "../options/solve-options.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { failCall } from "../terminal/fail-call.ts";
import { paintLine } from "../terminal/paint-line.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { listWorkspaceFolder, workspacePath, workspaceReader } from "../terminal/workspace.ts";
import { configurationNames, findImages, imageFilesOf } from "../workspace/find-images.ts";
import { newConfiguration } from "./find-model.ts";
import { checkImageName, planImage } from "./plan-image.ts";

interface NewOptions extends RepositoryOptions, CoolingOffOptions {
  readonly from?: string;
  readonly package?: string;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi new`: a name → an image configuration, its lockfile and its targets. */
export function newCommand(caller: Shell): Command {
  const command = new Command("new")
    .summary("make an image: its configuration, its lockfile and its targets")
    .description(
      "Writes the image configuration, locks it, and declares its targets with wolfi_base(): all, or\n" +
        "nothing. No file is overwritten; a BUILD file that is there gets the call and its load.",
    )
    .argument("<name>", "of the image, e.g. proxy")
    .option("--from <image>", "copy the configuration of this image (default: sourcegraph, where there is one)")
    .option("--package <folder>", "the Bazel package that gets the targets (default: cmd/NAME)")
    .option("--dry-run", "print what would be written, and write nothing")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print problems only")
    .optionsGroup("Which packages it takes:");
  return addRepositoryOptions(addCoolingOffOptions(command))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi new proxy                           a copy of the default image\n" +
        "  wolfi new proxy --from gitserver          a copy of another one\n" +
        "  wolfi new proxy --package services/proxy  its targets elsewhere",
    )
    .action(async (name: string, options: NewOptions) => {
      const context = openCall(options, caller);
      const { shell, module } = context;
      checkImageName(name);
      const place = packageOf(options.package, name, shell);
      const readFile = workspaceReader(shell);
      const folder = module.imagesFolder;
      const fileNames = listWorkspaceFolder(folder, shell);
      const [from] =
        options.from === undefined ? [] : await findImages([options.from], { folder, fileNames, readFile });
      const names = configurationNames(fileNames);
      const made = await newConfiguration(name, from?.name, { folder, names, readFile });
      if (made.kind === "failed") return failCall(made.problems, options, context);
      const label = (module.extension ?? "@wolfi//wolfi:extensions.bzl").replace(/extensions\.bzl$/, "defs.bzl");
      const files = await planImage({ name, folder, configuration: made.bytes, package: place, label }, readFile);
      const request = imageFilesOf(folder, name);
      const access = await configuredLockOptions(options, request.configuration, context);
      if (access === undefined) return;
      const outcome = await lockEdited([request], files, {
        ...access,
        isDryRun: options.dryRun === true,
        pathOf: (at) => resolve(shell.workspaceRoot, at),
      });
      context.reporter.progress("");
      print({ name, outcome, files, model: made.model, place }, options, context);
    });
}

/** From the workspace root, `//` in front or not; what is written otherwise is where the call is made. */
function packageOf(written: string | undefined, name: string, shell: Shell): string {
  if (written === undefined) return `cmd/${name}`;
  const place = written.startsWith("//") ? written.slice(2) : workspacePath(written, shell);
  if (isAbsolute(place) || !/^([A-Za-z0-9._+@=,~-]+(\/|$))*$/.test(place) || /(^|\/)\.\.?(\/|$)/.test(place)) {
    throw usageError("make an image", `"${written}" is no folder of the workspace that can be a Bazel package`);
  }
  return place.replace(/\/+$/, "");
}

interface Printed {
  readonly name: string;
  readonly outcome: LockedEdit;
  readonly files: readonly EditedFile[];
  readonly model: string | undefined;
  /** The Bazel package, from the workspace root. */
  readonly place: string;
}

function print({ name, outcome, files, model, place }: Printed, options: NewOptions, context: CallContext): void {
  const { shell, reporter, module } = context;
  const { results, problems, isWritten } = outcome;
  reporter.problems(problems);
  shell.setExitCode(exitCodeOf(problems));
  const target = `//${place}:`;
  const next = [`wolfi add ${name} PACKAGE`, `bazel test ${target}all`, `bazel run ${target}base_tarball`];
  if (options.json === true) {
    const written = files.map(({ path, before }) => ({ path, change: before === undefined ? "new" : "edited" }));
    const data = { images: results.map(summarizeLock), model, files: written, isWritten, next, problems };
    return reporter.result(JSON.stringify(data, null, 2));
  }
  if (options.quiet === true) return;
  const lines: readonly SummaryLine[] = [
    ...(options.dryRun === true ? files.map(diffLine) : isWritten ? files.map(fileLine(model)) : []),
    ...(problems.length === 0
      ? describeLocks(results)
      : [{ kind: "image", text: `${name}: failed, nothing was written` } as const]),
  ];
  for (const line of lines) reporter.result(paintLine(line, reporter.style));
  if (!isWritten) return;
  if (module.extension === undefined) {
    reporter.warning("MODULE.bazel does not use this project's extension: without it there are no targets of images");
  }
  reporter.note(`Next:\n${next.map((each) => `  ${each}`).join("\n")}`);
}

function diffLine({ path, before, after }: EditedFile): SummaryLine {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  const diff = unifiedDiff(path, before === undefined ? undefined : text(before), text(after));
  return { kind: "note", text: diff.replace(/\n$/, "") };
}

function fileLine(model: string | undefined): (file: EditedFile, at: number) => SummaryLine {
  return ({ path, before }, at) => {
    const how =
      at === 0 && model !== undefined ? `new, from ${model}` : before === undefined ? "new" : "wolfi_base() added";
    return { kind: "note", text: `${path}: ${how}` };
  };
}
