import type { Step } from "./conflict.ts";
import type { Search } from "./search.ts";
import { Unsatisfiable } from "./unsatisfiable.ts";

/**
 * Takes a package's name and the names of its versioned provides for it. Selecting it again changes nothing.
 *
 * @throws Unsatisfiable when one of them, or the name of a provide without version, is taken already: by another
 *   package, or by this one itself where it provides its own name, or a versioned one twice
 */
export function select({ set, selected }: Search, step: Step): void {
  const { name, provides } = step.candidate.package;
  const holder = selected.get(name);
  if (holder?.candidate === step.candidate) return;
  if (holder !== undefined) throw alreadyTaken(step, holder, name);
  selected.set(name, step);

  for (const text of provides) {
    const provide = set.constraint(text);
    const providing = selected.get(provide.name);
    if (providing !== undefined) throw alreadyTaken(step, providing, provide.name);
    if (provide.version !== "") selected.set(provide.name, step);
  }
}

function alreadyTaken(owner: Step, holder: Step, name: string): Unsatisfiable {
  return new Unsatisfiable({ kind: "name-taken", owner, name, holder });
}
