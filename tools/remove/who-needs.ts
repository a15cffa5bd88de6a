import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import type { LockedRecords } from "../locked/locked-records.ts";

/** The packages of an image that depend on another one of it, in the order of names. */
export function whoNeeds(name: string, { architectures }: Pick<LockedRecords, "architectures">): readonly string[] {
  const needing = new Set<string>();
  for (const { packages } of architectures) {
    const found = packages.find(({ record }) => record.name === name);
    if (found === undefined) continue;
    for (const { record } of packages) {
      const depends = record.dependencies.some((each) => meetsConstraint(found.record, parseConstraint(each)));
      if (depends && record.name !== name) needing.add(record.name);
    }
  }
  return [...needing].sort();
}
