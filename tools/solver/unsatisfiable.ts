/** Thrown inside the solver when there is no solution, and turned into an answer by it. The message is apko's. */
export class Unsatisfiable extends Error {
  override readonly name = "Unsatisfiable";
}

/** Runs an action, and puts a text in front of the reason if it finds that there is no solution. */
export function explain<T>(prefix: () => string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Unsatisfiable) throw new Unsatisfiable(prefix() + error.message);
    throw error;
  }
}
