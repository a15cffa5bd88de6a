import type { RepositoryList, SourceChanges } from "../apko/compare-sources.ts";
import type { SummaryLine } from "./summary-line.ts";

/** A repository of such a list, in words. */
export const listNames: Readonly<Record<RepositoryList, string>> = {
  repositories: "repository",
  build_repositories: "build repository",
  runtime_repositories: "runtime repository",
};

/** Says which keys and repositories came and went, and, where no package changed, what else did. */
export function describeSources(
  { isConfigurationChanged, keys, repositories }: SourceChanges,
  hasSamePackages: boolean,
): readonly SummaryLine[] {
  const lines: readonly SummaryLine[] = [
    ...repositories.added.map(({ list, url }) => line("added", `+ ${listNames[list]} ${url}`)),
    ...repositories.removed.map(({ list, url }) => line("removed", `- ${listNames[list]} ${url}`)),
    ...keys.added.map((url) => line("added", `+ key ${url}`)),
    ...keys.removed.map((url) => line("removed", `- key ${url}`)),
    ...keys.replaced.map((url) => line("updated", `~ key ${url} is another`)),
  ];
  if (!hasSamePackages) return lines;
  if (lines.length > 0) return [...lines, line("note", "no package changed")];
  const other = isConfigurationChanged ? "the configuration did" : "the file is only written in another way";
  return [line("note", `no package changed; ${other}`)];
}

function line(kind: SummaryLine["kind"], text: string): SummaryLine {
  return { kind, text: `  ${text}` };
}
