import { counted } from "../terminal/counted.ts";
import { formatSize } from "../terminal/format-size.ts";
import type { PackageResult } from "./vendor-packages.ts";
import type { VendorReport } from "./vendor-images.ts";

/**
 * What became of a vendored folder, in lines.
 *
 * @param folder as a person names it
 */
export function describeVendor(
  { packages, pruned, workspaceCount, isDryRun }: VendorReport,
  folder: string,
): readonly string[] {
  const of = (state: PackageResult["state"]): readonly PackageResult[] =>
    packages.filter((found) => found.state === state);
  const fetched = [...of("downloaded"), ...of("missing")];
  const sizeBytes = fetched.reduce((sum, found) => sum + found.sizeBytes, 0);
  const failed = of("failed").length;
  const parts = [
    `${fetched.length} ${isDryRun ? "to download" : "downloaded"}${fetched.length === 0 ? "" : ` (${formatSize(sizeBytes)})`}`,
    `${of("present").length} there already`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(pruned.length > 0 ? [`${pruned.length} ${isDryRun ? "to remove" : "removed"}`] : []),
  ];
  const lines = [`${folder}: ${counted(packages.length, "package")}: ${parts.join(", ")}`];
  if (isDryRun) lines.push(...fetched.map(({ url }) => `  + ${url}`), ...pruned.map((path) => `  - ${path}`));
  if (workspaceCount > 0) {
    const isAre = workspaceCount === 1 ? "is" : "are";
    lines.push(`${counted(workspaceCount, "package")} of repositories in this workspace ${isAre} not vendored`);
  }
  return lines;
}

/** The same for scripts. */
export function summarizeVendor({ packages, ...report }: VendorReport, folder: string): object {
  return {
    folder,
    packages: packages.map(({ url, state, sizeBytes }) => ({ url, state, sizeBytes })),
    pruned: report.pruned,
    workspaceCount: report.workspaceCount,
    problems: report.problems,
  };
}
