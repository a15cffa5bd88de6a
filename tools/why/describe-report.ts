import { parseConstraint } from "../apk/constraint.ts";
import { provideOf } from "../apk/package-names.ts";
import { printable } from "../terminal/format-problem.ts";
import type { Style } from "../terminal/style.ts";
import { treeAbove, treeBelow } from "./dependency-tree.ts";
import { describeAbsence } from "./describe-absence.ts";
import { describeChains } from "./describe-chains.ts";
import { describeTree } from "./describe-tree.ts";
import type { ArchitectureReport, PackageReport } from "./explain-package.ts";
import { findAllChains, findShortestChains } from "./find-chains.ts";
import type { Installed } from "./dependency-graph.ts";

/** What is told of a package: the shortest chains, all, or a tree. */
export type View = "shortest" | "all" | "above" | "below";

export interface DescribeOptions {
  readonly view: View;
  /** In columns. */
  readonly width: number;
  readonly style: Style;
}

/** Writes for a person why a package is in an image, or what would bring it in. */
export function describeReport(report: PackageReport, options: DescribeOptions): readonly string[] {
  const { asked, image, architectures, absence, problems } = report;
  const having = architectures.filter(({ found }) => found.length > 0);
  // Without what was looked for, only a whole answer says that it is not there.
  if (having.length === 0 && problems.length > 0) return [];
  const strong = (text: string): string => options.style.strong(printable(text));
  if (having.length === 0) {
    const others = [...new Set(architectures.flatMap(({ named }) => named.map(nameAndVersion)))];
    const instead = others.length === 0 ? "" : `, which has ${others.join(", ")}`;
    return [
      strong(`${asked} is not in ${image.name}${instead}`),
      ...(absence === undefined ? [] : describeAbsence(absence, asked, options.width).map(printable)),
    ];
  }
  const names = [...new Set(having.flatMap(({ found }) => found.map(({ name }) => name)))];
  return names.flatMap((name, at) => {
    const parts = having.flatMap(({ found, ...part }) =>
      found.filter((entry) => entry.name === name).map((target): Part => ({ ...part, target })),
    );
    const isTree = options.view === "above" || options.view === "below";
    const lines = isTree ? treeLines(parts, options) : chainLines(parts, options);
    // The root of a tree says the same.
    const isTold = isTree && name === parseConstraint(asked).name && parts.length === architectures.length;
    return [...(at === 0 ? [] : [""]), ...(isTold ? [] : [strong(heading(parts, report))]), ...lines.map(printable)];
  });
}

type Part = Pick<ArchitectureReport, "architecture" | "graph"> & { readonly target: Installed };

/** `git 2.55-r4 provides cmd:git=2.55-r4 in gitserver [x86_64]`: what it is, for what was asked, and where it is. */
function heading(parts: readonly Part[], { asked, image, architectures }: PackageReport): string {
  const byVersion = Map.groupBy(parts, ({ target }) => target.version);
  const listed = (some: readonly Part[]): string => ` [${some.map(({ architecture }) => architecture).join(", ")}]`;
  const versions = Array.from(byVersion, ([version, same]) => `${version}${byVersion.size === 1 ? "" : listed(same)}`);
  const where = byVersion.size === 1 && parts.length < architectures.length ? listed(parts) : "";
  const { target } = parts[0]!;
  const provide = provideOf(target, parseConstraint(asked).name);
  return `${target.name} ${versions.join(", ")}${provide === undefined ? "" : ` provides ${provide}`} in ${image.name}${where}`;
}

function chainLines(parts: readonly Part[], { view, width }: DescribeOptions): readonly string[] {
  const found = parts.map(({ architecture, graph, target }) => ({
    architecture,
    ...(view === "all" ? findAllChains(graph, target) : { chains: findShortestChains(graph, target), isCut: false }),
  }));
  if (found.every(({ chains }) => chains.length === 0)) return ["Nothing that the image asks for brings it in"];
  const more = found.some(({ isCut }) => isCut) ? ["There are more; of each line the shortest are shown"] : [];
  return [...describeChains(found, width), ...more];
}

function treeLines(parts: readonly Part[], { view }: DescribeOptions): readonly string[] {
  const trees = parts.map(({ architecture, graph, target }) => {
    const lines =
      view === "above"
        ? describeTree(treeAbove(graph, target), "above")
        : describeTree(treeBelow(graph, target), "below");
    return { architecture, lines };
  });
  const alike = Map.groupBy(trees, ({ lines }) => lines.join("\n"));
  return [...alike.values()].flatMap((same) => [
    ...(alike.size === 1 ? [] : [`${same.map(({ architecture }) => architecture).join(", ")}:`]),
    ...same[0]!.lines,
  ]);
}

function nameAndVersion({ name, version }: Installed): string {
  return `${name} ${version}`;
}
