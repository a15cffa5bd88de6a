import { compareBytes } from "../apk/byte-order.ts";
import type { AffectedPackage, Vulnerability } from "../vulnerability/find-vulnerabilities.ts";
import { rankOf } from "../vulnerability/severity.ts";
import type { ScannedImage, UpdateScan } from "./scan-update.ts";

/** What an update fixes, brings and leaves, each vulnerability once; what is worst first. */
export interface VulnerabilitySummary {
  /** Gone from these images; others may still have them. */
  readonly fixed: readonly FoundVulnerability[];
  readonly introduced: readonly FoundVulnerability[];
  /** Still there, though there is a version that does not have it. */
  readonly fixable: readonly FoundVulnerability[];
  readonly unfixed: readonly FoundVulnerability[];
  /** How many each image has, by names; none for an image of which nothing is known. */
  readonly images: ReadonlyMap<string, VulnerabilityCounts>;
}

export interface FoundVulnerability extends Vulnerability {
  /** Names, in the order of the update. */
  readonly images: readonly string[];
}

export interface VulnerabilityCounts {
  readonly fixed: number;
  readonly remaining: number;
}

export function summarizeVulnerabilities({ images }: UpdateScan): VulnerabilitySummary {
  const remaining = new Map(images.map((image) => [image.name, idsOf(image, REMAINING)]));
  // What another architecture or package of an image still has is not done with there.
  const isGone = (id: string, image: string): boolean => !remaining.get(image)!.has(id);
  const fixed = collect(images, "fixed", isGone);
  const checked = images.filter(({ changes }) => changes.some(({ checkedCount }) => checkedCount > 0));
  return {
    fixed,
    introduced: collect(images, "introduced"),
    fixable: collect(images, "fixable"),
    unfixed: collect(images, "unfixed"),
    images: new Map(
      checked.map((image) => {
        const gone = [...idsOf(image, ["fixed"])].filter((id) => isGone(id, image.name));
        return [image.name, { fixed: gone.length, remaining: remaining.get(image.name)!.size }];
      }),
    ),
  };
}

type List = "fixed" | "introduced" | "fixable" | "unfixed";

const REMAINING: readonly List[] = ["introduced", "fixable", "unfixed"];

function idsOf({ changes }: ScannedImage, lists: readonly List[]): ReadonlySet<string> {
  return new Set(changes.flatMap((each) => lists.flatMap((list) => each[list].map(({ id }) => id))));
}

interface Occurrence {
  readonly vulnerability: Vulnerability;
  readonly image: string;
}

function collect(
  images: readonly ScannedImage[],
  list: List,
  isWanted: (id: string, image: string) => boolean = () => true,
): readonly FoundVulnerability[] {
  const all = images.flatMap(({ name: image, changes }) =>
    changes.flatMap((each) => each[list].map((vulnerability): Occurrence => ({ vulnerability, image }))),
  );
  const byId = Map.groupBy(
    all.filter(({ vulnerability: { id }, image }) => isWanted(id, image)),
    ({ vulnerability }) => vulnerability.id,
  );
  return Array.from(byId.values(), (alike) => {
    const packages = alike.flatMap(({ vulnerability }) => vulnerability.packages);
    return {
      ...alike[0]!.vulnerability,
      packages: [...new Map(packages.map((affected) => [keyOf(affected), affected])).values()].toSorted(
        (one, other) => compareBytes(one.name, other.name) || compareBytes(one.version, other.version),
      ),
      images: [...new Set(alike.map(({ image }) => image))],
    };
  }).toSorted((one, other) => rankOf(other.severity) - rankOf(one.severity) || compareBytes(one.id, other.id));
}

function keyOf({ name, version, fixed, status }: AffectedPackage): string {
  return JSON.stringify([name, version, fixed, status]);
}
