import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { WolfiError } from "../error/wolfi-error.ts";
import { type OciImage, readImageLayout } from "../image/read-image-layout.ts";
import { failCall } from "../terminal/fail-call.ts";
import { createReporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { atFile, workspacePath, workspaceReader } from "../terminal/workspace.ts";
import { describeResults } from "./describe-results.ts";
import { contentsNeeded, judgeImage } from "./judge-image.ts";
import { type CommandMode, readStructureConfiguration } from "./read-structure-configuration.ts";
import type { StructureConfiguration } from "./structure-configuration.ts";

interface StructureCommandOptions {
  readonly image: string;
  readonly config: readonly string[];
  readonly commandTests: CommandMode;
  readonly json?: true;
}

/** `wolfi check structure`: what structure tests run. */
export function structureCommand(caller: Shell): Command {
  return new Command("structure")
    .summary("an image is what a structure test says, judged without running it")
    .description(
      "Judges an image by a configuration of container-structure-test (schemaVersion 2.0.0), as far as that can be done " +
        "without a container engine. Exits 1 where a test fails, 2 where the configuration holds what cannot be judged.",
    )
    .requiredOption("--image <folder>", "the image, in OCI's layout, as oci_image makes it")
    .requiredOption("--config <file...>", "configuration of the tests")
    .addOption(
      new Option(
        "--command-tests <mode>",
        "what to do with commandTests: programs looks only at whether they are there",
      )
        .choices(["refuse", "programs"])
        .default("refuse"),
    )
    .option("--json", "print the results as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  wolfi check structure --image bazel-bin/cmd/gitserver/image --config image_test.yaml",
    )
    .action(async (options: StructureCommandOptions) => {
      const shell = atFile(options.config[0] ?? ".", caller);
      const reporter = createReporter({ ...shell, isQuiet: false, folder: shell.workspaceRoot });
      const { configurations, problems } = await readConfigurations(options, shell);
      if (problems.length > 0) return failCall(problems, options, { reporter, shell });
      const image = await readImage(options.image, configurations, shell);
      const results = judgeImage(image, configurations);
      if (options.json === true) reporter.result(JSON.stringify({ results }, null, 2));
      else for (const line of describeResults(results, reporter.style)) reporter.result(line);
      shell.setExitCode(results.some(({ verdict }) => verdict === "not ok") ? 1 : 0);
    });
}

async function readConfigurations(
  { config, commandTests }: StructureCommandOptions,
  shell: Shell,
): Promise<{ readonly configurations: readonly StructureConfiguration[]; readonly problems: readonly WolfiError[] }> {
  const readFile = workspaceReader(shell);
  const configurations: StructureConfiguration[] = [];
  const problems: WolfiError[] = [];
  for (const path of config) {
    const file = workspacePath(path, shell);
    const bytes = await readFile(file);
    if (bytes === undefined) {
      const message = `Cannot read structure test: the file "${file}" does not exist`;
      problems.push(new WolfiError("NO_STRUCTURE_TEST", message, { kind: "input" }));
      continue;
    }
    const read = readStructureConfiguration(bytes, file, commandTests);
    problems.push(...read.problems);
    if (read.value !== undefined) configurations.push(read.value);
  }
  return { configurations, problems };
}

async function readImage(
  path: string,
  configurations: readonly StructureConfiguration[],
  shell: Shell,
): Promise<OciImage> {
  const folder = resolve(shell.workingDirectory, path);
  if (!existsSync(folder)) {
    throw new WolfiError("NO_IMAGE", `Cannot read image: the folder "${path}" does not exist`, { kind: "input" });
  }
  const image = await readImageLayout(folder);
  // Where links lead to is known only now. Contents are kept of what is looked at, for an image may be larger than memory.
  const needed = contentsNeeded(image.files, configurations);
  return needed.size === 0 ? image : await readImageLayout(folder, (name) => needed.has(name));
}
