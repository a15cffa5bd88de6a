import { counted } from "../terminal/counted.ts";
import type { PackageHolder } from "./list-withdrawn.ts";

export interface HeldPackage {
  readonly name: string;
  /** The locked one. */
  readonly version: string;
  readonly holders: readonly PackageHolder[];
}

export interface ImageFinding {
  readonly lockfile: string;
  readonly text: string;
}

/**
 * Says of each image which of its packages are found, for annotations of workflows: GitHub shows ten in a step.
 *
 * @param state completes "is …"
 * @param lockCommand without the image's name
 */
export function imageFindings(
  packages: readonly HeldPackage[],
  state: string,
  lockCommand: string,
): readonly ImageFinding[] {
  const held = packages.flatMap(({ name, version, holders }) =>
    holders.map(({ image }) => ({ image, package: `${name} ${version}` })),
  );
  return [...Map.groupBy(held, ({ image }) => image.lockfile)].map(([lockfile, found]) => {
    const { name } = found[0]!.image;
    const subject = `${counted(found.length, "locked package")} of ${name} ${found.length === 1 ? "is" : "are"}`;
    const list = found.map((each) => each.package).join(", ");
    return { lockfile, text: `${subject} ${state}: ${list}\nRun: ${lockCommand} -- ${name}` };
  });
}
