import { packageOf } from "../../solver/testing/package-notation.ts";
import { type DependencyGraph, dependencyGraph, type Installed } from "../dependency-graph.ts";
import { describeStep } from "../describe-reasons.ts";
import type { Chain } from "../find-chains.ts";
import type { Wish } from "../image-wishes.ts";

/**
 * The graph of an image.
 *
 * @param wishes each on a line of `app.yaml`, from 1
 * @param lines packages, as `package-notation.ts` writes them
 * @param base names of those that come with a base image
 */
export function imageGraph(
  wishes: readonly string[],
  lines: readonly string[],
  base: readonly string[] = [],
): DependencyGraph {
  const packages = lines.map(packageOf);
  const entries = wishes.map((text, at): Wish => ({
    kind: "package",
    text,
    position: { file: "app.yaml", line: at + 1 },
  }));
  const image: Wish = { kind: "base-image", text: "./base", position: { file: "app.yaml", line: entries.length + 1 } };
  return dependencyGraph(
    base.length === 0 ? entries : [...entries, image],
    packages,
    new Set(packages.filter(({ name }) => base.includes(name))),
  );
}

export function packageNamed(graph: DependencyGraph, name: string): Installed {
  const found = graph.packages.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`no package "${name}"`);
  return found;
}

/** Chains in a line each: the wish, and each step as people read it. */
export function chainTexts(chains: readonly Chain[]): readonly string[] {
  return chains.map(({ wish, steps }) => [`${wish.text}:`, steps.map(describeStep).join(" → ")].join(" "));
}
