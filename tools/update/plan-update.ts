import type { HostKind } from "../forge/open-forge.ts";
import { isPattern, matchBranches } from "../workspace/branch-pattern.ts";
import type { Written } from "../workspace/text-format.ts";
import type { Author, UpdateSettings } from "../workspace/update-settings.ts";
import type { UpdateRemote } from "./update-remote.ts";

/** What a call and the settings come to. */
export interface UpdatePlan extends Omit<UpdateSettings, "remote" | "author"> {
  readonly remote: string;
  readonly author: Author;
}

/** What a call says itself. */
export interface PlanOptions {
  readonly branch?: readonly string[];
  readonly remote?: string;
  readonly host?: HostKind;
  readonly apiUrl?: string;
  readonly label?: readonly string[];
  readonly author?: Written<Author>;
  readonly build?: readonly string[];
}

export const DEFAULT_AUTHOR: Author = { name: "Wolfi update", email: "wolfi-update@noreply.invalid" };

/** Joins a call and the settings: an option replaces what they have for it. */
export function planUpdate(options: PlanOptions, settings: UpdateSettings): UpdatePlan {
  // What the host is belongs to the remote, and so does the token.
  const place =
    options.remote === undefined ? settings : { remote: options.remote, host: undefined, "api-url": undefined };
  return {
    branches: options.branch ?? settings.branches,
    remote: place.remote ?? "origin",
    host: options.host ?? place.host,
    "api-url": options.apiUrl ?? place["api-url"],
    labels: options.label ?? settings.labels,
    author: options.author?.value ?? settings.author ?? DEFAULT_AUTHOR,
    build: options.build ?? settings.build,
  };
}

/** The branches that names and patterns mean, each once. A pattern that means none stays, and is no branch then. */
export async function findBranches(
  written: readonly string[],
  remote: Pick<UpdateRemote, "listBranches">,
): Promise<readonly string[]> {
  if (!written.some(isPattern)) return [...new Set(written)];
  const known = await remote.listBranches();
  const found = written.map((name) => (isPattern(name) ? matchBranches(name, known) : [name]));
  return [...new Set(found.flatMap((names, at) => (names.length === 0 ? written[at]! : names)))];
}
