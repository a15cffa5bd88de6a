import type { IndexPackage } from "../../apk/apk-index.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import type { SolverIndex } from "../solve.ts";
import { inByteOrder, type Scenario } from "./random-scenario.ts";

/**
 * Makes worlds of one to twelve entries over an index: names that it has, alone or with a constraint on a version that
 * it has or has not, and names that are only provided.
 */
export function randomWorlds(index: SolverIndex): (seed: number) => Scenario {
  const provides = Array.from(index.packages.provides(), (text) => text.replace(/[=<>~].*/, ""));
  return (seed) => {
    const random = seededRandom(seed);
    const plainness = random.pick([0.6, 0.9, 1]);
    const entries = Array.from({ length: 1 + random.below(12) }, () => {
      const { name, version }: IndexPackage = index.packages.at(random.below(index.packages.length))!;
      if (provides.length > 0 && random.chance(0.15)) return random.pick(provides);
      if (random.chance(0.01)) return `${name}-none`;
      if (random.chance(plainness)) return name;
      const required = random.pick([version, version.replace(/-r\d+$/, ""), version.replace(/[.-].*/, ""), "1.0-r0"]);
      return `${name}${random.pick(["=", ">=", "<=", "<", ">", "~", "~"])}${required}`;
    });
    return { world: inByteOrder(entries), indexes: [index] };
  };
}
