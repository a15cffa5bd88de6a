import { type Bazel, openBazel } from "../bazel/bazel.ts";
import { findImageTargets, findLabelTargets, type ImageTargets } from "../bazel/image-targets.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { findUsers } from "../ls/find-users.ts";
import { findRequests } from "../options/find-requests.ts";
import type { CallContext } from "../options/repository-options.ts";
import { listWorkspaceFolder } from "../terminal/workspace.ts";
import { configurationNames, type ImageFiles } from "../workspace/find-images.ts";
import { architectureOf, type BuildOptions } from "./build-options.ts";
import { lockIfStale } from "./lock-if-stale.ts";

/** An image whose lockfile is current, and how to build it. */
export interface PreparedImage {
  readonly kind: "prepared";
  /** As the call names it. */
  readonly name: string;
  /** Undefined for one that is named by its label. */
  readonly files: ImageFiles | undefined;
  readonly lock: "current" | "locked" | "not asked";
  readonly targets: ImageTargets;
  readonly bazel: Bazel;
  /** Of the architecture, for everything that Bazel is asked to do. */
  readonly flags: readonly string[];
}

export interface UnpreparedImage {
  readonly kind: "failed";
  /** At least one. */
  readonly problems: readonly WolfiError[];
}

/**
 * Does what has to be done before an image can be built: locks it where it is stale, and finds its targets.
 *
 * @param written the name of an image of the workspace, or the label of an oci_image
 * @param refuse makes the error of a call that makes no sense
 * @throws WolfiError
 */
export async function prepareImage(
  written: string,
  options: BuildOptions,
  context: CallContext,
  refuse: (reason: string) => WolfiError,
): Promise<PreparedImage | UnpreparedImage> {
  const { shell, reporter, module } = context;
  const isLabel = /^(@|\/\/)/.test(written);
  if (isLabel && options.full === true) throw refuse('"--full" is for the name of an image, and a label says which');
  const openFor = (): Bazel => openBazel({ shell, flags: options.bazelFlag, isQuiet: options.quiet === true });
  const flags = platformFlags(options, context);
  if (isLabel) {
    const bazel = openFor();
    const targets = await findLabelTargets(bazel, written);
    return { kind: "prepared", name: written, files: undefined, lock: "not asked", targets, bazel, flags };
  }
  const files = await findOne(written, context, refuse);
  const bazel = openFor();
  const locked = options.lock
    ? await lockIfStale(files, {
        context,
        isOffline: options.offline === true,
        buildRepositories: (labels) => bazel.build(labels),
      })
    : undefined;
  if (locked?.kind === "failed") return locked;
  for (const line of locked?.kind === "locked" ? locked.lines : []) reporter.note(line);
  const { name } = files;
  reporter.progress(`${name}: looking for its targets`);
  const targets = await findImageTargets({
    bazel,
    packages: packagesOf(name, context),
    configuration: `//${module.imagesFolder}:${name}.yaml`,
    name,
    isFull: options.full === true,
  });
  reporter.progress("");
  return { kind: "prepared", name, files, lock: locked?.kind ?? "not asked", targets, bazel, flags };
}

/** Where Bazel looks first: to load all packages of a large workspace takes it a while. */
function packagesOf(name: string, { shell, module }: CallContext): readonly string[] {
  const images = new Set(configurationNames(listWorkspaceFolder(module.imagesFolder, shell)));
  const users = findUsers(shell.workspaceRoot, images).filter(({ image }) => image === undefined || image === name);
  return [...new Set(users.map((user) => user.package))];
}

async function findOne(
  name: string,
  context: CallContext,
  refuse: (reason: string) => WolfiError,
): Promise<ImageFiles> {
  const [found] = await findRequests([name], {}, { ...context, refuse });
  return found!;
}

/** The architectures that this project has a platform for: wolfi/platforms/BUILD.bazel. */
const PLATFORMS = ["aarch64", "armv7", "ppc64le", "riscv64", "s390x", "x86", "x86_64"];

function platformFlags(options: BuildOptions, { shell, module }: CallContext): readonly string[] {
  const architecture = architectureOf(options, shell);
  if (architecture === undefined) return [];
  if (!PLATFORMS.includes(architecture)) {
    throw new WolfiError("NO_PLATFORM", `Cannot build for ${architecture}: Bazel has no platform of it`, {
      kind: "input",
      cure: `Those that can be built are ${PLATFORMS.join(", ")}`,
    });
  }
  const [, module_ = ""] = /^bazel run (@[^/]*)?\/\//.exec(module.lockCommand) ?? [];
  return [`--platforms=${module_}//wolfi/platforms:linux_${architecture}`];
}
