import { type DependencyGraph, type Edge, type Installed, isFirm, isWordMet } from "./dependency-graph.ts";
import type { Wish } from "./image-wishes.ts";

/** How a wish brings in a package. */
export interface Chain {
  readonly wish: Wish;
  /** From the package that meets the wish to the one that was asked about; at least that one. */
  readonly steps: readonly Edge<unknown>[];
}

/**
 * Finds the shortest chain from each wish that leads to a package. One whose every step holds by itself goes before a
 * shorter one where a step has alternatives, or is an `install_if`; among equals, the names decide in byte order.
 */
export function findShortestChains(graph: DependencyGraph, target: Installed): readonly Chain[] {
  const leading = packagesAbove(graph, target);
  return graph.wishes.flatMap(({ wish, edges }) => {
    if (edges.every(({ to }) => !leading.has(to))) return [];
    const isAllowed = edgesOf(graph, edges);
    const steps =
      findShortest(graph, { edges: edges.filter(isFirm), target, isAllowed: isFirm }) ??
      findShortest(graph, { edges, target, isAllowed });
    return steps === undefined ? [] : [{ wish, steps }];
  });
}

export interface AllChains {
  /** By wish, the shortest first. */
  readonly chains: readonly Chain[];
  /** Whether some wish has more. */
  readonly isCut: boolean;
}

/** Bounds on what is found, of which there may be more than atoms in the universe. */
export interface ChainLimits {
  /** For each wish. @default 20 */
  readonly mostChains?: number;
  /** How many edges are tried for each wish. @default 20,000 */
  readonly mostSteps?: number;
}

/** Finds the chains from each wish to a package that pass no package twice, the shortest first. */
export function findAllChains(
  graph: DependencyGraph,
  target: Installed,
  { mostChains = 20, mostSteps = 20_000 }: ChainLimits = {},
): AllChains {
  const distances = packagesAbove(graph, target);
  const leading = graph.wishes.filter(({ edges }) => edges.some(({ to }) => distances.has(to)));
  const found = leading.map(({ wish, edges }) => {
    const walk = { graph, target, distances, isAllowed: edgesOf(graph, edges), stepsLeft: mostSteps };
    const chains: Chain[] = [];
    for (const steps of chainsByLength(walk, edges)) {
      if (chains.length === mostChains) return { chains, isCut: true };
      chains.push({ wish, steps });
    }
    return { chains, isCut: walk.stepsLeft < 0 };
  });
  return { chains: found.flatMap(({ chains }) => chains), isCut: found.some(({ isCut }) => isCut) };
}

/** The packages that lead to one, itself included → how many steps at least. */
function packagesAbove(graph: DependencyGraph, target: Installed): ReadonlyMap<Installed, number> {
  const distances = new Map([[target, 0]]);
  // A map is walked with what is added to it meanwhile, so nearest first.
  for (const [needed, distance] of distances) {
    for (const { from } of graph.above(needed)) if (!distances.has(from)) distances.set(from, distance + 1);
  }
  return distances;
}

type IsAllowed = (edge: Edge<unknown>) => boolean;

/**
 * Which edges count for a wish. An `install_if` is met only by what the wish itself brings in, without the packages that
 * are asked for: so apko decides it (`withInstallIf` of the solver).
 */
function edgesOf(graph: DependencyGraph, roots: readonly Edge<Wish>[]): IsAllowed {
  const brought = new Set<Installed>();
  const reached = new Set(roots.map(({ to }) => to));
  const isMet = (words: readonly string[]): boolean =>
    words.every((word) => [...brought].some((entry) => isWordMet(word, entry)));
  const isAllowed: IsAllowed = ({ reasons }) =>
    reasons.some((reason) => reason.kind !== "install-if" || isMet(reason.words));
  for (let before = -1; before < reached.size + brought.size;) {
    before = reached.size + brought.size;
    for (const owner of reached) {
      for (const edge of graph.below(owner)) {
        if (!isAllowed(edge)) continue;
        reached.add(edge.to);
        brought.add(edge.to);
      }
    }
  }
  return isAllowed;
}

interface Search {
  readonly edges: readonly Edge<unknown>[];
  readonly target: Installed;
  readonly isAllowed: IsAllowed;
}

function findShortest(
  graph: DependencyGraph,
  { edges, target, isAllowed }: Search,
): readonly Edge<unknown>[] | undefined {
  const ways = new Map(edges.map((edge): [Installed, readonly Edge<unknown>[]] => [edge.to, [edge]]));
  for (const [owner, way] of ways) {
    if (owner === target) return way;
    for (const edge of graph.below(owner)) if (!ways.has(edge.to) && isAllowed(edge)) ways.set(edge.to, [...way, edge]);
  }
  return undefined;
}

interface Walk {
  readonly graph: DependencyGraph;
  readonly target: Installed;
  readonly distances: ReadonlyMap<Installed, number>;
  readonly isAllowed: IsAllowed;
  stepsLeft: number;
}

/** Walks to each length in turn: that costs little more than the last of the walks, and needs no memory of ways. */
function* chainsByLength(walk: Walk, edges: readonly Edge<Wish>[]): Generator<readonly Edge<unknown>[]> {
  for (let length = 1; ; length++) {
    const outcome = { isLongerPossible: false };
    yield* chainsOfLength(walk, { edges, way: [], length, outcome });
    if (!outcome.isLongerPossible || walk.stepsLeft < 0) return;
  }
}

interface Place {
  readonly edges: readonly Edge<unknown>[];
  readonly way: readonly Edge<unknown>[];
  readonly length: number;
  readonly outcome: { isLongerPossible: boolean };
}

function* chainsOfLength(walk: Walk, { edges, way, length, outcome }: Place): Generator<readonly Edge<unknown>[]> {
  for (const edge of edges) {
    const distance = walk.distances.get(edge.to);
    if (distance === undefined || way.some(({ to }) => to === edge.to) || !walk.isAllowed(edge)) continue;
    if (walk.stepsLeft-- <= 0) return;
    const next = [...way, edge];
    if (next.length + distance > length) outcome.isLongerPossible = true;
    else if (edge.to === walk.target) {
      if (next.length === length) yield next;
    } else yield* chainsOfLength(walk, { edges: walk.graph.below(edge.to), way: next, length, outcome });
  }
}
