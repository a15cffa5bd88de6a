import { addKnown, type PackageChange, type SizeChange } from "./compare-images.ts";

/** Packages of one origin to which the same happened, as one. */
export interface FoldedChange {
  /** Of the package that is called like the origin, or of the first, with the sizes of all. */
  readonly change: PackageChange;
  /** The names of the others. */
  readonly others: readonly string[];
}

/** Folds sub-packages, which mostly change together, into one line; in the order of the first of each. */
export function foldOrigins(changes: readonly PackageChange[]): readonly FoldedChange[] {
  return [...Map.groupBy(changes, keyOf).values()].map((alike) => {
    const lead = alike.find(({ from, to }) => (to ?? from)?.name === (to ?? from)?.origin) ?? alike[0]!;
    const others = alike.filter((change) => change !== lead);
    const sizes = lead.sizes.map((size, at) => others.map((change) => change.sizes[at]!).reduce(addSizes, size));
    return { change: { ...lead, sizes }, others: others.map(({ from, to }) => (to ?? from)!.name) };
  });
}

/** A package whose origin is not known is alone. */
function keyOf({ kind, from, to, sizes }: PackageChange): string {
  const { name, origin } = (to ?? from)!;
  const isAlone = kind === "replaced" || origin === undefined || origin === "";
  const architectures = sizes.map(({ architecture }) => architecture);
  return JSON.stringify([
    isAlone ? [name, from?.name] : [origin],
    kind,
    [from?.version, from?.license, to?.version, to?.license],
    architectures,
  ]);
}

function addSizes(a: SizeChange, b: SizeChange): SizeChange {
  return {
    architecture: a.architecture,
    installedBytes: addKnown(a.installedBytes, b.installedBytes),
    downloadBytes: addKnown(a.downloadBytes, b.downloadBytes),
  };
}
