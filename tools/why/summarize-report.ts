import type { IndexPackage } from "../apk/apk-index.ts";
import type { Edge, DependencyGraph, Installed, Reason } from "./dependency-graph.ts";
import type { View } from "./describe-report.ts";
import type { PackageReport } from "./explain-package.ts";
import { type Chain, findAllChains, findShortestChains } from "./find-chains.ts";
import type { Wish } from "./image-wishes.ts";

/** The report as data, for scripts: docs/json.md. */
export function summarizeReport(report: PackageReport, view: View): object {
  const { image, asked, architectures, absence, isStale, problems } = report;
  return {
    image: image.name,
    configuration: image.configuration,
    lockfile: image.lockfile,
    package: asked,
    isStale,
    architectures: architectures.map(({ architecture, graph, found }) => ({
      architecture,
      packages: found.map((target) => ({
        name: target.name,
        version: target.version,
        ...summarizeView(graph, target, view),
      })),
    })),
    ...(absence === undefined
      ? {}
      : {
          absence: {
            architecture: absence.architecture,
            available: absence.available.map(nameAndVersion),
            excludedBy: absence.excludedBy.map(({ owner, constraint }) => ({ ...nameAndVersion(owner), constraint })),
            dependents: absence.dependents,
            broughtByLock: absence.broughtByLock.map(summarizeChain),
            broughtBy: absence.broughtBy.map(summarizeChain),
          },
        }),
    problems,
  };
}

function summarizeView(graph: DependencyGraph, target: Installed, view: View): object {
  switch (view) {
    case "shortest":
      return { chains: findShortestChains(graph, target).map(summarizeChain) };
    case "all": {
      const { chains, isCut } = findAllChains(graph, target);
      return { chains: chains.map(summarizeChain), isCut };
    }
    case "above":
      return {
        above: reach(target, (at) => graph.above(at).map(({ from }) => from)).map((at) => ({
          ...nameAndVersion(at),
          wishes: graph
            .wishesFor(at)
            .map(({ from, reasons }) => ({ ...summarizeWish(from), reasons: reasons.map(summarizeReason) })),
          neededBy: graph
            .above(at)
            .map(({ from, reasons }) => ({ name: from.name, reasons: reasons.map(summarizeReason) })),
        })),
      };
    case "below":
      return {
        below: reach(target, (at) => graph.below(at).map(({ to }) => to)).map((at) => ({
          ...nameAndVersion(at),
          needs: graph.below(at).map(({ to, reasons }) => ({ name: to.name, reasons: reasons.map(summarizeReason) })),
        })),
      };
  }
}

/** The package and all that is reached from it, nearest first. */
function reach(target: Installed, next: (at: Installed) => readonly Installed[]): readonly Installed[] {
  const reached = new Set([target]);
  for (const at of reached) for (const each of next(at)) reached.add(each);
  return [...reached];
}

function summarizeChain({ wish, steps }: Chain): object {
  return { wish: summarizeWish(wish), steps: steps.map(summarizeStep) };
}

function summarizeStep({ to, reasons }: Edge<unknown>): object {
  return { ...nameAndVersion(to), reasons: reasons.map(summarizeReason) };
}

function summarizeWish({ kind, text, position }: Wish): object {
  return { kind, text, position };
}

function summarizeReason(reason: Reason): object {
  if (reason.kind !== "dependency") return reason;
  const { kind, constraint, provide, alternatives, isMet } = reason;
  return {
    kind,
    constraint,
    provide,
    ...(isMet ? {} : { isMet }),
    ...(alternatives.length === 0 ? {} : { alternatives }),
  };
}

function nameAndVersion({ name, version }: Pick<IndexPackage, "name" | "version">): { name: string; version: string } {
  return { name, version };
}
