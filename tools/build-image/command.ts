import { Command } from "commander";
import { WolfiError } from "../error/wolfi-error.ts";
import { openCall, type CallContext } from "../options/repository-options.ts";
import { failCall } from "../terminal/fail-call.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { addBuildOptions, architectureOf, type BuildOptions } from "./build-options.ts";
import { loadBuilt } from "./load-built.ts";
import { type PreparedImage, prepareImage } from "./prepare-image.ts";
import { readPushReference } from "./push-reference.ts";

interface ImageCommandOptions extends BuildOptions {
  readonly push?: string;
  readonly json?: true;
}

/** `wolfi image`: an image configuration → an image in the container engine, in a file, or in a registry. */
export function imageCommand(caller: Shell): Command {
  const command = new Command("image")
    .summary("lock, build and load an image")
    .description(
      "Locks the image if its configuration or a file that this includes has changed, builds it through Bazel, and loads " +
        "it into the container engine that answers: docker, podman or nerdctl. Where none does, it says where the tarball " +
        "is. Prints the name that the engine has for the image, or the path.",
    )
    .argument("<image>", "name of an image, e.g. gitserver, or the label of an oci_image, e.g. //cmd/gitserver:image");
  return addBuildOptions(command)
    .optionsGroup("Options:")
    .option("--push <ref>", "push it to REGISTRY/PATH[:TAG] instead, with the tags of its own target too")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print nothing but problems and where the image is; Bazel without progress")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi image gitserver                            the base image\n" +
        "  wolfi image --full gitserver                     with the program\n" +
        "  wolfi image --arch aarch64 gitserver\n" +
        "  wolfi image --full --push registry.example.com/team/gitserver:try gitserver\n" +
        "\nThe program that Bazel is: $BAZEL, ./bazelw of the workspace, bazelisk, bazel.",
    )
    .action(async (written: string, options: ImageCommandOptions) => {
      const context = openCall(options, caller);
      const { shell, reporter } = context;
      const push = options.push === undefined ? undefined : readPushReference(options.push);
      const image = await prepareImage(written, options, context, refuse);
      if (image.kind === "failed") return failCall(image.problems, options, context);
      const isBase = image.targets.image.endsWith("_base_image");
      if (push !== undefined && isBase && options.arch !== undefined) {
        throw refuse('what is pushed of a base image is all of its architectures, so "--arch" is not for it');
      }
      const { result, ...outcome } =
        push === undefined ? await load(image, context) : await pushTo(image, push, options.push ?? "");
      const { name: shown, lock, targets } = image;
      const architecture = architectureOf(options, shell);
      if (options.json !== true) return reporter.result(result);
      const summary = { image: shown, lock, target: targets.image, architecture, ...outcome, problems: [] };
      reporter.result(JSON.stringify(summary, null, 2));
    });
}

function refuse(reason: string): WolfiError {
  return usageError("build image", reason, "See wolfi image --help");
}

interface Outcome {
  /** The line for a person, and for `$(wolfi image …)`. */
  readonly result: string;
  readonly engine?: string;
  readonly tags?: readonly string[];
  readonly tarball?: string;
  readonly placeholders?: readonly string[];
  readonly pushed?: string;
}

async function load(image: PreparedImage, context: CallContext): Promise<Outcome> {
  const loaded = await loadBuilt(image, context);
  const { tags = [], placeholders = [] } = loaded.summary ?? {};
  if (loaded.kind === "kept") return { result: loaded.path, tarball: loaded.path, tags, placeholders };
  context.reporter.note(`${image.name} is in ${loaded.engine}`);
  return { result: tags[0] ?? image.name, engine: loaded.engine, tags, placeholders };
}

async function pushTo(
  { name, targets, bazel, flags }: PreparedImage,
  { repository, tag }: ReturnType<typeof readPushReference>,
  written: string,
): Promise<Outcome> {
  if (targets.push === undefined) {
    throw new WolfiError("NO_TARGET", `Cannot push "${name}": there is no wolfi_push() of ${targets.image}`, {
      kind: "input",
      cure: `Add wolfi_push(name = "${targets.image.replace(/^.*:/, "")}_push", …) beside it: docs/push-an-image.md`,
    });
  }
  await bazel.run(targets.push, ["--repository", repository, ...(tag === undefined ? [] : ["--tag", tag])], flags);
  return { result: written, pushed: written };
}
