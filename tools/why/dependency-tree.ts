import type { DependencyGraph, Edge, Installed, Reason } from "./dependency-graph.ts";
import type { Wish } from "./image-wishes.ts";

/** A package in a tree, and what is below it there. */
export interface TreeNode {
  readonly package: Installed;
  /** Why there is the edge to what it stands below; none for the root. */
  readonly reasons: readonly Reason[];
  /** What of the configuration asks for this package; empty in a tree of what it needs. */
  readonly wishes: readonly Wish[];
  readonly children: readonly TreeNode[];
  /** Whether its children stand elsewhere in the tree, further up or at a higher level. */
  readonly isFolded: boolean;
}

/** All that brings a package in, up to the wishes: the root is the package. Each package has its children once. */
export function treeAbove(graph: DependencyGraph, target: Installed): TreeNode {
  return growTree(target, {
    next: (at) => graph.above(at).map((edge) => ({ ...edge, to: edge.from })),
    wishes: (at) => graph.wishesFor(at).map(({ from }) => from),
  });
}

/** All that a package needs, with the same folding. */
export function treeBelow(graph: DependencyGraph, target: Installed): TreeNode {
  return growTree(target, { next: (at) => graph.below(at), wishes: () => [] });
}

interface Growth {
  readonly next: (at: Installed) => readonly Pick<Edge<unknown>, "to" | "reasons">[];
  readonly wishes: (at: Installed) => readonly Wish[];
}

/** A package has its children where it is nearest to the root. */
function growTree(target: Installed, { next, wishes }: Growth): TreeNode {
  const parents = new Map<Installed, Installed | undefined>([[target, undefined]]);
  for (const at of parents.keys()) for (const { to } of next(at)) if (!parents.has(to)) parents.set(to, at);
  const grow = (at: Installed, reasons: readonly Reason[], parent: Installed | undefined): TreeNode => {
    const edges = next(at);
    const isHome = parents.get(at) === parent;
    return {
      package: at,
      reasons,
      wishes: wishes(at),
      children: isHome ? edges.map((edge) => grow(edge.to, edge.reasons, at)) : [],
      isFolded: !isHome && edges.length > 0,
    };
  };
  return grow(target, [], undefined);
}
