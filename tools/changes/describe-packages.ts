import type { PackageUpdate, PackageVersion } from "../apko/compare-lockfiles.ts";
import type { PackageChanges } from "./compare-lock.ts";
import type { ProviderChange } from "./find-provider-changes.ts";
import type { SummaryLine } from "./summary-line.ts";

/**
 * Says which packages changed, for each architecture; those that change alike share one list. A package that left and
 * the one that provides in its place are one line, and stand in no other.
 */
export function describePackages(changes: readonly PackageChanges[]): readonly SummaryLine[] {
  return groupAlike(changes).flatMap(describeGroup);
}

/** How many packages stayed, in each of the images that share a list; one number where it is the same in all. */
export function keptLine(keptCounts: readonly number[]): SummaryLine {
  const shown = new Set(keptCounts).size === 1 ? keptCounts.slice(0, 1) : keptCounts;
  return { kind: "note", text: `    kept ${shown.join(", ")}`, keptCounts };
}

/** Packages that came and left, apart from those that did so in each other's place. */
export interface Exchange {
  readonly added: readonly PackageVersion[];
  readonly removed: readonly PackageVersion[];
  /** A provider's change with both halves in one: the old package left the image, and the new one came. */
  readonly replacements: readonly ProviderChange[];
}

export function exchangeOf({ added, removed, providers }: PackageChanges): Exchange {
  const replacements = providers.filter(
    ({ from, to }) => added.some(({ name }) => name === to.name) && removed.some(({ name }) => name === from.name),
  );
  return {
    added: added.filter(({ name }) => !replacements.some(({ to }) => to.name === name)),
    removed: removed.filter(({ name }) => !replacements.some(({ from }) => from.name === name)),
    replacements,
  };
}

interface Group {
  readonly architectures: string[];
  /** Of all the architectures: libraries have names of their own in some, as `so:ld-linux-aarch64.so.1`. */
  readonly others: Set<string>[];
  readonly changes: PackageChanges;
}

function groupAlike(changes: readonly PackageChanges[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const ofArchitecture of changes) {
    const { architecture, providers, ...packages } = ofArchitecture;
    const key = JSON.stringify([packages, providers.map(({ from, to, world }) => [from, to, world])]);
    const group = groups.get(key) ?? {
      architectures: [],
      others: providers.map(() => new Set<string>()),
      changes: ofArchitecture,
    };
    group.architectures.push(architecture);
    for (const [at, provider] of providers.entries()) {
      for (const name of provider.others) group.others[at]!.add(name);
    }
    groups.set(key, group);
  }
  return [...groups.values()];
}

function describeGroup({ architectures, others, changes }: Group): readonly SummaryLine[] {
  const { updated, providers, keptCount } = changes;
  const { added, removed } = exchangeOf(changes);
  return [
    { kind: "note", text: `  ${architectures.join(", ")}` },
    ...added.map(({ name, version }): SummaryLine => ({ kind: "added", text: `    + ${name} ${version}` })),
    ...removed.map(({ name, version }): SummaryLine => ({ kind: "removed", text: `    - ${name} ${version}` })),
    ...updated.map(describeUpdate),
    ...providers.map((provider, at) => describeProvider(provider, [...others[at]!])),
    keptLine([keptCount]),
  ];
}

function describeUpdate({ name, from, to, kind }: PackageUpdate): SummaryLine {
  switch (kind) {
    case "upgrade":
    case "other":
      return { kind: "updated", text: `    ~ ${name} ${from} → ${to}` };
    case "downgrade":
      return { kind: "downgraded", text: `    ~ ${name} ${from} → ${to} (downgrade)` };
    case "rebuild":
      return { kind: "updated", text: `    ~ ${name} ${to} (built again)` };
  }
}

/** What the image asks for is what matters; where that is nothing, some of the others are named. */
function describeProvider({ from, to, world }: ProviderChange, others: readonly string[]): SummaryLine {
  const names = world.length > 0 ? world : others.slice(0, shownDependencies);
  const hiddenCount = world.length > 0 ? 0 : others.length - names.length;
  const subject = `${names.join(", ")}${hiddenCount > 0 ? ` and ${hiddenCount} more` : ""}`;
  const change = `provider changed from ${from.name} ${from.version} to ${to.name} ${to.version}`;
  return { kind: "replaced", text: `    ⇄ ${subject}: ${change}` };
}

const shownDependencies = 3;
