import { type Candidate, fileName } from "./package-set.ts";
import { quote } from "./quote.ts";
import type { Search } from "./search.ts";
import { Unsatisfiable } from "./unsatisfiable.ts";

/**
 * Takes a package's name and the names of its versioned provides for it. Selecting it again changes nothing.
 *
 * @throws Unsatisfiable when one of them, or the name of a provide without version, is taken already: by another
 *   package, or by this one itself where it provides its own name, or a versioned one twice
 */
export function select({ set, selected }: Search, candidate: Candidate): void {
  const { name, provides } = candidate.package;
  const holder = selected.get(name);
  if (holder === candidate) return;
  if (holder !== undefined) throw alreadyTaken(candidate, holder, name);
  selected.set(name, candidate);

  for (const text of provides) {
    const provide = set.constraint(text);
    const providing = selected.get(provide.name);
    if (providing !== undefined) throw alreadyTaken(candidate, providing, provide.name);
    if (provide.version !== "") selected.set(provide.name, candidate);
  }
}

function alreadyTaken(candidate: Candidate, holder: Candidate, name: string): Unsatisfiable {
  return new Unsatisfiable(
    `selecting package ${fileName(candidate)} conflicts with ${fileName(holder)} on ${quote(name)}`,
  );
}
