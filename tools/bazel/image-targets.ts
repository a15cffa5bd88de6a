import { WolfiError } from "../error/wolfi-error.ts";
import type { Bazel } from "./bazel.ts";

/** The targets of one image: those of `wolfi_base()`, or those that a program's image has beside it. */
export interface ImageTargets {
  /** The oci_image: a folder in OCI's layout. */
  readonly image: string;
  /** The oci_load; its output group `tarball` is what an engine loads. */
  readonly load: string | undefined;
  readonly push: string | undefined;
}

export interface FindTargetsOptions {
  readonly bazel: Pick<Bazel, "query">;
  /** Where to look: packages as labels, `//cmd/gitserver`; the whole workspace when empty. */
  readonly packages: readonly string[];
  /** Label of the image's configuration: `//wolfi-images:gitserver.yaml`. */
  readonly configuration: string;
  readonly name: string;
  /** The image with the program, `:image` beside the `wolfi_base()`. */
  readonly isFull: boolean;
}

/**
 * Finds the targets that `wolfi_base(image = …)` makes, wherever it is called. Where several packages are on one base,
 * their base images are the same, and that of the package with the image's name is taken.
 *
 * @throws WolfiError `NO_TARGET`, `SEVERAL_TARGETS`
 */
export async function findImageTargets(options: FindTargetsOptions): Promise<ImageTargets> {
  const { bazel, packages, configuration, name, isFull } = options;
  const scope = packages.length === 0 ? "//..." : packages.map((path) => `${path}:all`).join(" + ");
  const pattern = `${configuration.replaceAll(/[.+]/g, String.raw`\$&`)}$`;
  const labels = await bazel.query(
    `let all = ${scope} in attr(config, "${pattern}", $all) + filter(":(image|image_tarball|image_push|.*_base_(tarball|push))$", $all)`,
  );
  const bases = labels
    .filter((label) => label.endsWith(CONFIGURATION))
    .map((label) => label.slice(0, -CONFIGURATION.length));
  if (bases.length === 0 && packages.length > 0) return findImageTargets({ ...options, packages: [] });
  if (bases.length === 0) throw noTarget(`no wolfi_base(image = "${name}") is in a BUILD.bazel`, name);
  if (!isFull) return baseTargets(preferred(bases, name), labels);
  const full = [...new Set(bases.map((base) => `${base.replace(/:.*$/, "")}:image`))].filter((label) =>
    labels.includes(label),
  );
  const [only, ...others] = full.length > 1 ? full.filter((label) => packageName(label) === name) : full;
  if (only !== undefined && others.length === 0) return targetsBeside(only, labels);
  if (full.length === 0) {
    throw noTarget(`beside its wolfi_base(), in ${bases[0]?.replace(/:.*$/, "")}, there is no target "image"`, name);
  }
  throw new WolfiError("SEVERAL_TARGETS", `Cannot find the image with the program: several are on "${name}"`, {
    kind: "input",
    cure: `Name one of them: ${full.join(", ")}`,
  });
}

/** The same for an oci_image that is named by its label. @throws WolfiError `NO_TARGET` */
export async function findLabelTargets(bazel: Pick<Bazel, "query">, written: string): Promise<ImageTargets> {
  const [folder = "", name = folder.replace(/^.*\//, "")] = written.split(":");
  const image = `${folder}:${name}`;
  if (!/^@{0,2}[\w.~+-]*\/\/[\w./+@=~-]*:[\w./+@=~-]+$/.test(image)) throw noTarget("this is no label", written);
  const labels = await bazel.query(`${folder}:all`);
  // Bazel writes the labels of other modules in another way than a person.
  const own = labels.map((label) => `${folder}:${label.replace(/^.*:/, "")}`);
  if (!own.includes(image)) throw noTarget(`there is no such target, but ${own.slice(0, 20).join(", ")}`, written);
  return name.endsWith("_base_image") ? baseTargets(image, own) : targetsBeside(image, own);
}

const CONFIGURATION = "_configuration";

function preferred(bases: readonly string[], name: string): string {
  const sorted = bases.toSorted((a, b) => rank(a, name) - rank(b, name) || (a < b ? -1 : 1));
  return sorted[0]!;
}

/** That of a program whose name is the image's, and the one that the macro makes without a name of its own. */
function rank(label: string, name: string): number {
  return (packageName(label) === name ? 0 : 2) + (label.endsWith(":wolfi_base_image") ? 0 : 1);
}

function packageName(label: string): string {
  return label.replace(/:.*$/, "").replace(/^.*\//, "");
}

function baseTargets(image: string, labels: readonly string[]): ImageTargets {
  const named = (what: string): string => image.replace(/_image$/, `_${what}`);
  return { image, load: present(named("tarball"), labels), push: present(named("push"), labels) };
}

function targetsBeside(image: string, labels: readonly string[]): ImageTargets {
  return { image, load: present(`${image}_tarball`, labels), push: present(`${image}_push`, labels) };
}

function present(label: string, labels: readonly string[]): string | undefined {
  return labels.includes(label) ? label : undefined;
}

function noTarget(reason: string, name: string): WolfiError {
  return new WolfiError("NO_TARGET", `Cannot find the targets of "${name}": ${reason}`, {
    kind: "input",
    cure: "Add `wolfi_base()` to the BUILD.bazel of its program (docs/create-an-image.md), or name a target: //cmd/NAME:image",
  });
}
