import { Command, Option } from "commander";
import { nearestName } from "../error/nearest-name.ts";
import { problemOf } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { type Git, openGit } from "../git/open-git.ts";
import { openLockedRecords } from "../locked/locked-records.ts";
import { addRequestOptions, findRequests } from "../options/find-requests.ts";
import {
  addRepositoryOptions,
  type CallContext,
  lockOptionsOf,
  openCall,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { counted } from "../terminal/counted.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { paintLine } from "../terminal/paint-line.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { listWorkspaceFolder, workspacePath, workspaceReader } from "../terminal/workspace.ts";
import { configurationNames } from "../workspace/find-images.ts";
import { describeDiffs, describeStat } from "./describe-diff.ts";
import { describeMarkdown } from "./describe-markdown.ts";
import { diffImages, type DiffReport, type ImagePair } from "./diff-images.ts";
import { imageNamed, pairOf, pairOfSubjects, pairsBetween } from "./find-pairs.ts";
import { revisionTree, type Tree, workingTree } from "./tree.ts";
import { type Comparison, type Known, understandArguments } from "./understand-arguments.ts";

interface DiffCommandOptions extends RepositoryOptions {
  readonly stat?: true;
  readonly markdown?: true;
  readonly exitCode?: true;
  readonly config?: string;
  readonly lockfile?: string;
  readonly lockCommand?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi diff`: two revisions, images or lockfiles → what they differ in. */
export function diffCommand(caller: Shell): Command {
  const command = new Command("diff")
    .summary("say what revisions, images or lockfiles differ in")
    .description(
      "Compares the images of the working tree with those of HEAD, those of two revisions, two images, or two lockfiles.",
    )
    .argument("[what...]", "an image, one or two revisions; or two images or lockfiles. Behind --: images")
    .option("--stat", "print a line for each image")
    .addOption(new Option("--markdown", "print Markdown for a pull request").conflicts(["stat", "json"]))
    .option("--exit-code", "exit with 3 where anything differs")
    .option("--lock-command <command>", "what to name as the cure (default: bazel run //tools:lock)")
    .addOption(new Option("--json", "print JSON: docs/json.md").conflicts("stat"))
    .option("--quiet", "print nothing but what differs");
  return addRequestOptions(addRepositoryOptions(command))
    .addHelpText(
      "after",
      "\nWhat is meant: what ends in .json is a lockfile, what has .. in it are revisions as in git, all else is\n" +
        "an image or a revision. What is both is refused; with --, all before it are revisions.\n" +
        "Sizes and licences are looked up in repositories; ? stands for what is not to be had there.\n" +
        "\nExamples:\n" +
        "  wolfi diff                                 the working tree and HEAD, all images\n" +
        "  wolfi diff gitserver                       … one image\n" +
        "  wolfi diff gitserver main                  the working tree and main\n" +
        "  wolfi diff v1.0 v1.1                       two revisions; v1.0..v1.1 too\n" +
        "  wolfi diff --markdown main...              what HEAD has more than main, for a pull request\n" +
        "  wolfi diff main -- gitserver worker        some images\n" +
        "  wolfi diff gitserver worker                two images\n" +
        "  wolfi diff old.lock.json new.lock.json     two lockfiles",
    )
    .action(async (words: readonly string[], options: DiffCommandOptions) => {
      const context = openCall(options, caller);
      const { shell, reporter } = context;
      using git = openGit({ folder: shell.workspaceRoot, environment: shell.environment, signal: shell.signal });
      const behind = wordsBehindDashes(command);
      const asked = { words: words.slice(0, words.length - (behind?.length ?? 0)), behind };
      const { pairs, from, to } = await findPairs(asked, options, { ...context, git });
      const access = lockOptionsOf(options, context);
      using records = openLockedRecords(access);
      const report = await diffImages(pairs, {
        records,
        lockCommand: options.lockCommand ?? context.module.lockCommand,
        unknownImage: (name, trees) =>
          unknownImage(name, { trees, isPerhapsRevision: behind === undefined, ...context, git }),
        signal: shell.signal,
      });
      reporter.progress("");
      print(report, { from, to }, options, reporter);
      const differs = report.diffs.some(({ result }) => result !== "unchanged");
      shell.setExitCode(exitCodeOf(report.problems) || (options.exitCode === true && differs ? 3 : 0));
    });
}

interface DiffContext extends CallContext {
  readonly git: Git;
}

interface FoundPairs {
  readonly pairs: readonly ImagePair[];
  /** What is compared, for people and scripts. */
  readonly from: string;
  readonly to: string;
}

async function findPairs(
  asked: Parameters<typeof understandArguments>[0],
  { config, lockfile }: DiffCommandOptions,
  context: DiffContext,
): Promise<FoundPairs> {
  const { shell, module, git } = context;
  const folder = module.imagesFolder;
  const hasFiles = config !== undefined || lockfile !== undefined;
  // Nothing there can be an image: all are revisions.
  const comparison = await understandArguments(hasFiles ? { words: asked.words, behind: asked.behind ?? [] } : asked, {
    imageOf: imageFinder(context),
    isRevision: async (word) => (await git.commitOf(word).catch(ifNoGit)) !== undefined,
  });
  const here = workingTree(workspaceReader(shell), async (path) => listWorkspaceFolder(path, shell));
  if (comparison.kind === "pair") {
    const { before, after } = comparison;
    const pathOf = (path: string): string => workspacePath(path, shell);
    return {
      pairs: [pairOfSubjects([before, after], { tree: here, folder, pathOf })],
      from: before.text,
      to: after.text,
    };
  }
  const names = comparison.images.map((name) => imageNamed(name, folder));
  const requests = hasFiles ? await findRequests(names, { config, lockfile }, { ...context, refuse }) : undefined;
  const [before, after] = await openTrees(comparison, here, git);
  const pairs =
    requests === undefined
      ? await pairsBetween(before, after, { names, folder })
      : requests.map((files) => pairOf(files, before, after));
  return { pairs, from: before.label, to: after.label };
}

async function openTrees(
  { from, to, isFromMergeBase }: Extract<Comparison, { kind: "revisions" }>,
  here: Tree,
  git: Git,
): Promise<readonly [Tree, Tree]> {
  const old = { text: from, commit: await git.requireCommit(from) };
  if (to === undefined) return [revisionTree(old, git), here];
  const now = { text: to, commit: await git.requireCommit(to) };
  if (!isFromMergeBase) return [revisionTree(old, git), revisionTree(now, git)];
  const commit = await git.mergeBase(old, now);
  return [revisionTree({ text: commit.slice(0, 12), commit }, git), revisionTree(now, git)];
}

function imageFinder({ shell, module }: CallContext): Known["imageOf"] {
  const folder = module.imagesFolder;
  const fileNames = new Set(listWorkspaceFolder(folder, shell));
  return (word) => {
    if (!word.endsWith(".json")) {
      const name = imageNamed(word, folder);
      return fileNames.has(`${name}.yaml`) ? name : undefined;
    }
    const path = workspacePath(word, shell);
    const name = imageNamed(path, folder);
    return path === `${folder}/${name}.lock.json` && !name.includes("/") ? name : undefined;
  };
}

/** Two images, or lockfiles, can be compared all the same. */
function ifNoGit(error: unknown): undefined {
  if (!(error instanceof WolfiError)) throw error;
  return undefined;
}

/** commander forgets where `--` stood. */
function wordsBehindDashes(command: Command): readonly string[] | undefined {
  let program = command;
  while (program.parent !== null) program = program.parent;
  const { rawArgs } = program as unknown as { readonly rawArgs: readonly string[] };
  const at = rawArgs.indexOf("--");
  return at === -1 ? undefined : rawArgs.slice(at + 1);
}

interface UnknownContext extends DiffContext {
  readonly trees: readonly Tree[];
  readonly isPerhapsRevision: boolean;
}

async function unknownImage(name: string, context: UnknownContext): Promise<WolfiError> {
  const { shell, module, git, trees, isPerhapsRevision } = context;
  const images = configurationNames(listWorkspaceFolder(module.imagesFolder, shell));
  const nearest = nearestName(name, images);
  const unknown = isPerhapsRevision ? await git.requireCommit(name).catch((error: unknown) => problemOf(error)) : "";
  const cures = [
    ...(nearest === undefined ? [] : [`Did you mean the image "${nearest}"?`]),
    ...(unknown instanceof WolfiError && unknown.cure !== undefined ? [unknown.cure] : []),
  ];
  const places = [...new Set(trees.map(({ label }) => label))].join(" or ");
  const reason = `there is no such image in ${places}${isPerhapsRevision ? ", and no such revision" : ""}`;
  return new WolfiError("UNKNOWN_IMAGE", `Cannot compare "${name}": ${reason}`, {
    kind: "input",
    cure: cures.length > 0 ? cures.join("\n") : `The images are ${images.join(", ") || "none"}`,
  });
}

function refuse(reason: string): WolfiError {
  return usageError("compare", reason, "See wolfi diff --help");
}

function print(
  { diffs, stale, unknown, problems }: DiffReport,
  compared: Pick<FoundPairs, "from" | "to">,
  { json, markdown, stat, quiet }: DiffCommandOptions,
  reporter: Reporter,
): void {
  reporter.problems(problems);
  for (const { message, position, cure } of stale) reporter.warning(`${position?.file}: ${message}. ${cure}`);
  const [reason, ...others] = new Set(unknown.map(({ message }) => message));
  if (reason !== undefined) {
    const more = others.length === 0 ? "" : `, and ${counted(others.length, "more reason")} (--json has all)`;
    reporter.warning(`sizes and licences that are shown as ? are not known: ${reason}${more}`);
  }
  if (json === true) {
    const images = diffs.map(({ name, result, changes }) => ({ image: name, result, ...changes }));
    return reporter.result(
      JSON.stringify({ ...compared, images, warnings: [...stale, ...unknown], problems }, null, 2),
    );
  }
  if (markdown === true) return reporter.result(describeMarkdown(diffs).trimEnd());
  const lines = stat === true ? describeStat(diffs) : describeDiffs(diffs);
  for (const line of lines) reporter.result(paintLine(line, reporter.style));
  const isSame = problems.length === 0 && diffs.every(({ result }) => result === "unchanged");
  if (isSame && quiet !== true) reporter.note(`No image differs between ${compared.from} and ${compared.to}`);
}
