import { Command } from "commander";
import type { WolfiError } from "../error/wolfi-error.ts";
import { findRequests } from "../options/find-requests.ts";
import { openCall } from "../options/repository-options.ts";
import { alignColumns } from "../terminal/align-columns.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { findUsers, type ImageUser } from "./find-users.ts";
import { type ImageState, type ListedImage, listImages } from "./list-images.ts";

interface LsCommandOptions {
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi ls`: the images of the workspace and their state. */
export function lsCommand(caller: Shell): Command {
  return new Command("ls")
    .summary("list the images and their state")
    .description(
      "Lists the images of the workspace: locked, stale (the configuration has changed since the lock), unlocked (no " +
        "lockfile) or broken, and the Bazel packages that have a wolfi_base() for them. Asks neither a repository nor " +
        "Bazel: it reads the BUILD files, and sees no call that a macro makes. Exits 0 whatever the states are; the " +
        "check is wolfi lock --check.",
    )
    .argument("[image...]", "names of images, e.g. gitserver; all images of the workspace by default")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "the list alone: neither why an image is broken nor what to do")
    .addHelpText("after", "\nExamples:\n  wolfi ls\n  wolfi ls --json gitserver")
    .action(async (names: readonly string[], options: LsCommandOptions) => {
      const { shell, reporter, module } = openCall(options, caller);
      const context = { shell, module, refuse };
      const all = await findRequests([], {}, context);
      const images = names.length === 0 ? all : await findRequests(names, {}, context);
      const listed = await listImages(images, { readFile: workspaceReader(shell), lockCommand: module.lockCommand });
      const users = findUsers(shell.workspaceRoot, new Set([...all, ...images].map(({ name }) => name)));
      if (options.json === true) return reporter.result(JSON.stringify(summarize(listed, users), null, 2));
      print(listed, users, { reporter, lockCommand: module.lockCommand, isQuiet: options.quiet === true });
    });
}

function refuse(reason: string): WolfiError {
  return usageError("list images", reason, "See wolfi ls --help");
}

function print(
  listed: readonly ListedImage[],
  users: readonly ImageUser[],
  {
    reporter,
    lockCommand,
    isQuiet,
  }: { readonly reporter: Reporter; readonly lockCommand: string; readonly isQuiet: boolean },
): void {
  const rows = listed.map(({ image, state, packageCount, architectures }) => [
    image.name,
    state,
    packageCount === undefined ? "-" : String(packageCount),
    architectures.join(", ") || "-",
    usersOf(image.name, users).join(" ") || "-",
  ]);
  const [heading = "", ...lines] = alignColumns([["IMAGE", "STATE", "PACKAGES", "ARCHITECTURES", "USED BY"], ...rows]);
  reporter.result(reporter.style.faint(heading));
  for (const [at, line] of lines.entries()) reporter.result(reporter.style[styles[listed[at]!.state]](line));
  if (isQuiet) return;
  reporter.problems(listed.filter(({ state }) => state === "broken").flatMap(({ problems }) => problems));
  const toLock = listed.filter(({ state }) => state === "stale" || state === "unlocked").map(({ image }) => image.name);
  if (toLock.length > 0) reporter.note(`Lock what is stale or unlocked: ${lockCommand} -- ${toLock.join(" ")}`);
  const computed = users.filter(({ image }) => image === undefined).map((user) => user.package);
  if (computed.length > 0) {
    reporter.note(`The BUILD files of these compute for which image they call wolfi_base(): ${computed.join(" ")}`);
  }
}

const styles: Readonly<Record<ImageState, "good" | "caution" | "bad">> = {
  locked: "good",
  stale: "caution",
  unlocked: "caution",
  broken: "bad",
};

function usersOf(name: string, users: readonly ImageUser[]): readonly string[] {
  return [...new Set(users.filter(({ image }) => image === name).map((user) => user.package))];
}

/** The same as data, for scripts. */
function summarize(listed: readonly ListedImage[], users: readonly ImageUser[]): object {
  return {
    images: listed.map(({ image, state, packageCount, architectures, problems }) => ({
      image: image.name,
      configuration: image.configuration,
      lockfile: image.lockfile,
      state,
      packageCount: packageCount ?? null,
      architectures,
      usedBy: usersOf(image.name, users),
      problems,
    })),
    unknownUsers: users.filter(({ image }) => image === undefined).map((user) => user.package),
    problems: listed.filter(({ state }) => state === "broken").flatMap(({ problems }) => problems),
  };
}
