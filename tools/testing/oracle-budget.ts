/** About how many random cases all suites try together, unless `WOLFI_ORACLE_CASES` says otherwise: two minutes. */
const usualCases = 1500;

/**
 * The seeds of a suite that compares random cases with real apko, in order. Every run tries the same ones, unless two
 * environment variables, which are read only here, say otherwise:
 *
 * - `WOLFI_ORACLE_CASES=20000`: about so many random cases in all suites together. @default 1500
 * - `WOLFI_ORACLE_SEED=4711`: the first seed of each suite. @default 1
 *
 * So `WOLFI_ORACLE_SEED=4711 WOLFI_ORACLE_CASES=1 node --test tools/solver/random-indexes.oracle.test.ts` tries again
 * what a failure has named: no suite tries less than one case.
 *
 * @param share how many of the usual 1500 cases are this suite's
 */
export function oracleSeeds(share: number): readonly number[] {
  const cases = Math.ceil((share * numberOf("WOLFI_ORACLE_CASES", usualCases)) / usualCases);
  const first = numberOf("WOLFI_ORACLE_SEED", 1);
  return Array.from({ length: Math.max(cases, 1) }, (_, at) => first + at);
}

function numberOf(variable: string, fallback: number): number {
  const text = process.env[variable] ?? "";
  if (text === "") return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${variable} is no whole number: ${text}`);
  return value;
}
