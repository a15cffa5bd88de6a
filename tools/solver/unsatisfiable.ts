import type { Conflict } from "./conflict.ts";

/** Thrown inside the solver when there is no solution, and turned into an answer by it. */
export class Unsatisfiable extends Error {
  override readonly name = "Unsatisfiable";
  readonly conflict: Conflict;

  constructor(conflict: Conflict) {
    super(conflict.kind);
    this.conflict = conflict;
  }
}
