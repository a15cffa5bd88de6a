/** Numbers from a seed: the same ones on every machine. */
export interface Random {
  /** At least 0 and below 1. */
  fraction(): number;
  /** A whole number, at least 0 and below `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** Between `least` and `most` picks, perhaps equal ones. */
  picks<T>(values: readonly T[], least: number, most: number): readonly T[];
}

/** Makes the generator mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(fraction() * end);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
  const picks = <T>(values: readonly T[], least: number, most: number): readonly T[] =>
    Array.from({ length: least + below(most - least + 1) }, () => pick(values));
  return { fraction, below, chance: (probability) => fraction() < probability, pick, picks };
}
