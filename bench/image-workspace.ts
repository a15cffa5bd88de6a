/** How the packages of many images reach Bazel. */
export type Wiring =
  /** One module extension reads all lockfiles: ours. */
  | "one extension"
  /** A stanza in MODULE.bazel and a set of repositories for each image, as rules_apko's translate_lock makes them. */
  | "a stanza per image";

export interface ImageWorkspaceOptions {
  readonly wiring: Wiring;
  /** The packages that each image asks for. */
  readonly worlds: readonly (readonly string[])[];
  readonly architectures: readonly string[];
  /** URL of the package repository, and of the key that it is signed with. */
  readonly repositoryUrl: string;
  readonly keyUrl: string;
  /** Absolute path of the workspace that has //wolfi, and the text of its MODULE.bazel: the rulesets' versions. */
  readonly wolfi: string;
  readonly wolfiModule: string;
  /** Label of the file with the extension that has translate_lock, for a stanza per image. */
  readonly translateLock: string;
}

/** Names the image that has the world at this place. */
export function imageName(at: number): string {
  return `image${at}`;
}

/** What an image's target is called, however it is wired. */
export function imageTarget(at: number): string {
  return `//cmd/${imageName(at)}:wolfi_base_image`;
}

/**
 * Lays out a workspace with many images, as a team would have it: a configuration for each, and a package below `cmd/`
 * that builds it. Lockfiles have to be written into `wolfi-images/` beside the configurations.
 *
 * @returns path → contents
 */
export function imageWorkspace(options: ImageWorkspaceOptions): ReadonlyMap<string, string> {
  const { wiring, worlds, architectures, repositoryUrl, keyUrl } = options;
  const names = worlds.map((_, at) => imageName(at));
  const isOurs = wiring === "one extension";
  const files = new Map([
    ["MODULE.bazel", isOurs ? ourModule(options) : stanzas(options, names)],
    ["BUILD.bazel", ""],
    ["wolfi-images/BUILD.bazel", 'exports_files(glob(["*"]))\n'],
    [
      "wolfi-images/repositories.yaml",
      `contents:\n  repositories:\n${list([repositoryUrl])}  keyring:\n${list([keyUrl])}archs:\n${list(architectures)}`,
    ],
    ["warm/BUILD.bazel", warmBuild(isOurs)],
    ["warm/warm.bzl", WARM_BZL],
  ]);
  for (const [at, name] of names.entries()) {
    files.set(
      `wolfi-images/${name}.yaml`,
      `include: wolfi-images/repositories.yaml\n\ncontents:\n  packages:\n${list(worlds[at]!)}`,
    );
    files.set(`cmd/${name}/BUILD.bazel`, isOurs ? OUR_BUILD : stanzaBuild(name, architectures[0]!));
  }
  return files;
}

function list(entries: readonly string[]): string {
  return entries.map((entry) => `    - ${entry}\n`).join("");
}

function rulesets({ wolfiModule }: ImageWorkspaceOptions): string {
  return wolfiModule.match(/^bazel_dep\(name = "rules_(apko|oci)", .*\)$/gm)?.join("\n") ?? "";
}

function ourModule(options: ImageWorkspaceOptions): string {
  return `module(name = "images")

${rulesets(options)}
bazel_dep(name = "wolfi")
local_path_override(module_name = "wolfi", path = ${JSON.stringify(options.wolfi)})

wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")
use_repo(wolfi, "wolfi_images")
`;
}

const OUR_BUILD = `load("@wolfi//wolfi:defs.bzl", "wolfi_base")

wolfi_base()
`;

function stanzas(options: ImageWorkspaceOptions, names: readonly string[]): string {
  return `module(name = "images")

${rulesets(options)}

apko = use_extension("${options.translateLock}", "apko")
${names
  .map(
    (name) => `apko.translate_lock(
    name = "${name}_lock",
    lock = "//wolfi-images:${name}.lock.json",
)
use_repo(apko, "${name}_lock")
`,
  )
  .join("")}`;
}

function stanzaBuild(name: string, architecture: string): string {
  return `load("@rules_apko//apko:defs.bzl", "apko_config", "apko_image")
load("@rules_oci//oci:defs.bzl", "oci_image")

apko_config(
    name = "configuration",
    config = "//wolfi-images:${name}.yaml",
    deps = ["//wolfi-images:repositories.yaml"],
)

apko_image(
    name = "apko_image",
    architecture = "${architecture}",
    config = "configuration",
    contents = "@${name}_lock//:contents",
    tag = "${name}-base:latest",
)

oci_image(
    name = "wolfi_base_image",
    base = "apko_image",
)
`;
}

/** What is the same for all images: the rulesets' toolchains, which its analysis brings, and our own programs. */
function warmBuild(isOurs: boolean): string {
  const tools = ["@wolfi//tools/cli:wolfi", "@wolfi//tools/segments:write-labels", "@wolfi//tools:load"];
  return `load("@rules_apko//apko:defs.bzl", "apko_image")
load("@rules_oci//oci:defs.bzl", "oci_image")
load(":warm.bzl", "no_contents", "tools")

tools(
    name = "tools",
    tools = [${isOurs ? tools.map((tool) => JSON.stringify(tool)).join(", ") : ""}],
)

no_contents(
    name = "contents",
    lockfile = "BUILD.bazel",
)

# Never built. In another package than its configuration, rules_apko looks for no lockfile.
apko_image(
    name = "apko_image",
    architecture = "x86_64",
    config = "//wolfi-images:repositories.yaml",
    contents = "contents",
    tag = "warm:latest",
)

oci_image(
    name = "image",
    base = "apko_image",
)
`;
}

const WARM_BZL = `"""What is made ready before anything is measured."""

def _tools_impl(ctx):
    infos = [tool[DefaultInfo] for tool in ctx.attr.tools]
    return [DefaultInfo(files = depset(transitive = (
        [info.files for info in infos] + [info.default_runfiles.files for info in infos]
    )))]

tools = rule(
    implementation = _tools_impl,
    doc = "Programs, as actions use them.",
    attrs = {"tools": attr.label_list(cfg = "exec")},
)

def _no_contents_impl(ctx):
    lockfile = depset([ctx.file.lockfile])
    nothing = depset()
    return [OutputGroupInfo(lockfile = lockfile, apks = nothing, indexes = nothing, keyrings = nothing)]

no_contents = rule(
    implementation = _no_contents_impl,
    doc = "Contents of an image that is never built.",
    attrs = {"lockfile": attr.label(allow_single_file = True)},
)
`;
