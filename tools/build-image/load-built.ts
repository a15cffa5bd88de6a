import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { containerEngines } from "../load/container-engine.ts";
import { describeLoad } from "../load/describe-load.ts";
import { loadImage, type LoadResult } from "../load/load-image.ts";
import { ownEnvironment } from "../process/own-environment.ts";
import type { CallContext } from "../options/repository-options.ts";
import type { PreparedImage } from "./prepare-image.ts";

/** What became of an image: in an engine, or in a file where none answers. */
export type LoadedImage = Exclude<LoadResult, { readonly kind: "failed" }>;

/** Builds an image's tarball, and loads it as `bazel run` of its target does. @throws WolfiError */
export async function loadBuilt(image: PreparedImage, { shell, reporter }: CallContext): Promise<LoadedImage> {
  const tarball = await buildTarball(image);
  const input = createReadStream(tarball, { highWaterMark: 1024 * 1024 });
  // Whoever reads it gets the error too, though perhaps later.
  input.on("error", () => undefined);
  try {
    const result = await loadImage({
      input,
      engines: containerEngines({
        environment: ownEnvironment(shell.environment),
        timeoutMs: ENGINE_TIMEOUT_MS,
        output: shell.stderr,
      }),
      folder: imagesFolder(shell),
      signal: shell.signal,
    });
    if (result.kind === "failed") throw loadFailed(image, tarball, result);
    for (const line of describeLoad(result).trimEnd().split("\n")) if (line !== "") reporter.note(line);
    return result;
  } finally {
    input.destroy();
  }
}

/** @returns its path. @throws WolfiError `NO_TARGET`, `BUILD_FAILED` */
export async function buildTarball({ name, targets, bazel, flags }: PreparedImage): Promise<string> {
  if (targets.load === undefined) {
    throw new WolfiError("NO_TARGET", `Cannot load "${name}": there is no oci_load of ${targets.image}`, {
      kind: "input",
      cure: `Add oci_load(name = "${targets.image.replace(/^.*:/, "")}_tarball", …) beside it, as docs/create-an-image.md has it`,
    });
  }
  const tarballFlags = [...flags, "--output_groups=tarball"];
  await bazel.build([targets.load], tarballFlags);
  const outputs = await bazel.outputsOf(targets.load, tarballFlags);
  return outputs[0]!;
}

const ENGINE_TIMEOUT_MS = 5000;

/** Beside the cache of repositories: where the loader of `bazel run` keeps images too. */
function imagesFolder({ cacheFolder, environment }: CallContext["shell"]): string {
  if (cacheFolder !== undefined) return join(dirname(cacheFolder), "images");
  return join(environment["TMPDIR"] ?? "/tmp", "wolfi-images");
}

function loadFailed(
  { name }: PreparedImage,
  tarball: string,
  { engine, exitCode }: Extract<LoadResult, { readonly kind: "failed" }>,
): WolfiError {
  return new WolfiError("LOAD_FAILED", `Cannot load "${name}" into ${engine}: it ended with exit code ${exitCode}`, {
    cure: `Its own words are above. The image is built, and lies in ${tarball}`,
  });
}
