import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Comparison } from "../../solver/testing/compare-answers.ts";
import { shrinkList, type StillShows } from "../../solver/testing/shrink-list.ts";
import { compareWithApko } from "./compare-with-apko.ts";
import type { LockScenario, ScenarioRepository } from "./lock-scenario.ts";

/**
 * Makes a scenario as small as it can be while it still shows what is looked for: without files, lines of files,
 * repositories, packages, architectures and keys that play no part.
 */
export async function shrinkLockScenario(
  scenario: LockScenario,
  stillShows: StillShows<LockScenario>,
): Promise<LockScenario> {
  let smallest = scenario;
  const shrink = async <T>(list: readonly T[], change: (list: readonly T[]) => LockScenario): Promise<void> => {
    const smaller = await shrinkList(list, (each) => stillShows(change(each)));
    if (smaller.length < list.length) smallest = change(smaller);
  };
  while (true) {
    const before = smallest;
    await shrink(Object.entries(before.repositories), (entries) => ({
      ...before,
      repositories: Object.fromEntries(entries),
    }));
    for (const [path, text] of Object.entries(before.files)) {
      const current = smallest;
      await shrink(text.match(/[^\n]*\n|[^\n]+$/g) ?? [], (lines) => ({
        ...current,
        files: { ...current.files, [path]: lines.join("") },
      }));
    }
    for (const folder of Object.keys(smallest.repositories)) {
      for (const field of ["packages", "architectures", "signedBy"] as const) {
        const current = smallest;
        const repository = current.repositories[folder]!;
        await shrink<string>(repository[field], (values) => withRepository(current, folder, { [field]: values }));
      }
    }
    if (smallest === before) return smallest;
  }
}

/** Makes a scenario on which we and apko differ as small as it can be. @returns the case, and both answers */
export async function shrinkLockDifference(scenario: LockScenario, folder: string): Promise<string> {
  let tries = 0;
  const compare = async (smaller: LockScenario): Promise<Comparison> => {
    const own = join(folder, String(tries++));
    const comparison = await compareWithApko(own, smaller, { repetitions: 1 });
    await rm(own, { recursive: true });
    return comparison;
  };
  const kind = kindOf(await compare(scenario));
  const smallest = await shrinkLockScenario(scenario, async (smaller) => {
    if (smaller.files["image.yaml"] === undefined) return false;
    return kindOf(await compare(smaller)) === kind;
  });
  const { ours, apko } = await compare(smallest);
  return `${formatLockScenario(smallest)}\n${describeDifference(ours, apko[0]!)}`;
}

/** Writes a scenario as random-images.oracle.test.ts lists the known ones. */
export function formatLockScenario({ files, repositories }: LockScenario): string {
  const text = JSON.stringify({ title: "what differs from apko", files, repositories }, null, 2);
  return `${text.replaceAll(/^( *)"(\w+)":/gm, "$1$2:").replaceAll(/^/gm, "  ")},`;
}

/** Tells the lines that only one of two answers has. */
function describeDifference(ours: string, apko: string): string {
  const without = (text: string, other: string): string => {
    const known = new Set(other.split("\n"));
    return text
      .split("\n")
      .filter((line) => !known.has(line))
      .join("\n");
  };
  return `only ours:\n${without(ours, apko)}\nonly apko's:\n${without(apko, ours)}\n`;
}

/** A difference that shrinks may not become one of another kind. */
function kindOf({ agreement, ours, apko }: Comparison): string {
  if (agreement !== "different") return agreement;
  const kinds = [ours, ...apko].map((answer) => (answer.startsWith("failed: ") ? "failed" : "locked"));
  return kinds.join(", but apko ");
}

function withRepository(scenario: LockScenario, folder: string, change: Partial<ScenarioRepository>): LockScenario {
  const repository = { ...scenario.repositories[folder]!, ...change };
  return { ...scenario, repositories: { ...scenario.repositories, [folder]: repository } };
}
