import { meetsConstraint, parseConstraint } from "../../apk/constraint.ts";
import type { DependencyGraph, Installed } from "../dependency-graph.ts";

/** What `apko dot` prints. */
export interface ApkoDot {
  /** `NAME-VERSION` of each package, in byte order. */
  readonly packages: readonly string[];
  /** Whether there is an edge: from the configuration to its entries, from packages to names, from names to providers. */
  has(from: string, to: string): boolean;
}

export function readDot(text: string): ApkoDot {
  const unquoted = text.replaceAll('"', "");
  const packages = Array.from(unquoted.matchAll(/^\S+ \[label=([^,\]]+)/gm), ([, label]) => label!);
  const edges = new Set(Array.from(unquoted.matchAll(/^(\S+) -> (\S+)$/gm), ([, from, to]) => `${from} ${to}`));
  return { packages: packages.sort(), has: (from, to) => edges.has(`${from} ${to}`) };
}

export interface DotComparison {
  /** How many ways from a package, or an entry of the configuration, by a name to a package both have. */
  readonly sameCount: number;
  /** What one of the two has and the other has not, though none of the reasons below is behind it. */
  readonly different: readonly string[];
  /** How many differences have a reason that is known. */
  readonly known: Readonly<Record<KnownDifference, number>>;
}

/**
 * Why the two may differ:
 *
 * - `uncut`: apko cuts the version from a constraint, and from a provide, at `=` or `~` alone, so `a>=1` leads to a name
 *   `a>` that nobody has, and `a>1` and `a@label` lead nowhere either
 * - `own`: it draws an edge for what a package provides itself
 * - `version`: it looks at names alone, where only some of those that have the name have the version that is asked for
 */
export type KnownDifference = "uncut" | "own" | "version";

/** Compares our graph with apko's, both of the same packages. */
export function compareWithDot(graph: DependencyGraph, dot: ApkoDot, configuration: string): DotComparison {
  const known: Record<KnownDifference, number> = { uncut: 0, own: 0, version: 0 };
  const different: string[] = [];
  let sameCount = 0;
  const compare = (way: Way, isOurs: boolean): void => {
    const isTheirs = isInDot(way, dot, configuration);
    if (isOurs && isTheirs) sameCount++;
    if (isOurs === isTheirs) return;
    const reason = isOurs ? whyOurs(way) : whyTheirs(way);
    if (reason !== undefined) known[reason]++;
    else different.push(`${isOurs ? "ours" : "apko's"}: ${nameOf(way)} → ${way.constraint} → ${way.provider.name}`);
  };
  for (const owner of [...graph.packages, undefined]) {
    const constraints = owner?.dependencies ?? graph.wishes.map(({ wish }) => wish.text);
    for (const constraint of constraints.filter((text) => text !== "" && !text.startsWith("!"))) {
      for (const provider of graph.packages) {
        if (!hasName(provider, parseConstraint(constraint).name)) continue;
        const way = { owner, constraint, provider };
        compare(way, isInGraph(way, graph));
      }
    }
  }
  return { sameCount, different, known };
}

interface Way {
  /** undefined for an entry of the configuration. */
  readonly owner: Installed | undefined;
  readonly constraint: string;
  readonly provider: Installed;
}

function isInGraph({ owner, constraint, provider }: Way, graph: DependencyGraph): boolean {
  const edges =
    owner === undefined
      ? graph.wishes.filter(({ wish }) => wish.text === constraint).flatMap((each) => each.edges)
      : graph.below(owner);
  return edges.some(
    ({ to, reasons }) =>
      to === provider && reasons.some((reason) => reason.kind === "dependency" && reason.constraint === constraint),
  );
}

function isInDot({ owner, constraint, provider }: Way, dot: ApkoDot, configuration: string): boolean {
  const name = cut(constraint);
  const isAsked = owner === undefined ? dot.has(configuration, constraint) : dot.has(owner.name, name);
  const isNamed = owner !== undefined || name === constraint || dot.has(constraint, name);
  return isAsked && isNamed && (name === provider.name || (hasName(provider, name) && dot.has(name, provider.name)));
}

function whyOurs({ constraint, provider }: Way): KnownDifference | undefined {
  const { name } = parseConstraint(constraint);
  const isCut = cut(constraint) === name && [provider.name, ...provider.provides.map(cut)].includes(name);
  return isCut ? undefined : "uncut";
}

function whyTheirs({ owner, constraint, provider }: Way): KnownDifference | undefined {
  if (owner !== undefined && hasName(owner, parseConstraint(constraint).name)) return "own";
  return meetsConstraint(provider, parseConstraint(constraint)) ? undefined : "version";
}

function hasName({ name, provides }: Installed, wanted: string): boolean {
  return name === wanted || provides.some((provide) => parseConstraint(provide).name === wanted);
}

function cut(constraint: string): string {
  const equals = constraint.indexOf("=");
  const at = equals === -1 ? constraint.indexOf("~") : equals;
  return at === -1 ? constraint : constraint.slice(0, at);
}

function nameOf({ owner }: Way): string {
  return owner === undefined ? "the configuration" : owner.name;
}
