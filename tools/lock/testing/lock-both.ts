import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { WolfiError } from "../../error/wolfi-error.ts";
import { exitCodeOf } from "../../terminal/exit-code.ts";
import { testShell } from "../../terminal/testing/test-shell.ts";
import { runApko } from "../../testing/apko-oracle.ts";
import { lockCommand } from "../command.ts";

/** What one of the two made of a configuration. */
export interface LockOutcome {
  readonly exitCode: number;
  /** Undefined where none was written. */
  readonly lockfile: string | undefined;
  /** What was said on the way, and the error. */
  readonly messages: string;
}

export interface LockBothOptions {
  /** Everything is called here, and all paths start here. */
  readonly folder: string;
  /** The same for both. @default none */
  readonly args?: readonly string[];
  /** @default "image.yaml" */
  readonly configuration?: string;
  readonly today?: Date;
}

/** Locks a configuration with real apko and with the command that people call, each to a lockfile of its own. */
export async function lockBoth({
  folder,
  args = [],
  configuration = "image.yaml",
  today = new Date(),
}: LockBothOptions): Promise<BothOutcomes> {
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  const run = await runApko(["lock", configuration, ...args, "--output", "apko.lock.json"], { folder, home });
  const apko = { exitCode: run.exitCode, messages: run.stderr, lockfile: await textOf(join(folder, "apko.lock.json")) };
  return { apko, wolfi: await lockWithWolfi(folder, [...args, "--config", configuration], today) };
}

/** What both made of one configuration. */
export interface BothOutcomes {
  readonly apko: LockOutcome;
  readonly wolfi: LockOutcome;
}

/** Part of what each says where it refuses. */
export interface ExpectedRefusals {
  readonly apko: string;
  readonly wolfi: string;
}

/** Asserts that neither locked, and why. */
export function assertBothRefuse({ apko, wolfi }: BothOutcomes, expected: ExpectedRefusals): void {
  assert.deepEqual([apko.exitCode, apko.lockfile, wolfi.lockfile], [1, undefined, undefined], apko.messages);
  assert.ok(apko.messages.includes(expected.apko), apko.messages);
  assert.ok(wolfi.messages.includes(expected.wolfi), wolfi.messages);
}

/** Asserts that both wrote the same lockfile, and gives it. */
export function assertSameLockfile({ apko, wolfi }: BothOutcomes): string {
  assert.equal(apko.exitCode, 0, apko.messages);
  assert.equal(wolfi.lockfile, apko.lockfile, wolfi.messages);
  assert.ok(apko.lockfile !== undefined, apko.messages);
  return apko.lockfile;
}

async function lockWithWolfi(folder: string, args: readonly string[], today: Date): Promise<LockOutcome> {
  const shell = testShell({ folder, today });
  try {
    await lockCommand(shell)
      .exitOverride()
      .parseAsync([...args, "--json", "--output", "wolfi.lock.json"], { from: "user" });
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    shell.stderr.write(String(error));
    shell.setExitCode(exitCodeOf([error]));
  }
  const messages = [shell.stderr.text, ...apkosWords(shell.stdout.text)].join("\n");
  return { exitCode: shell.exitCode, messages, lockfile: await textOf(join(folder, "wolfi.lock.json")) };
}

/** What the solver says as apko would, which only `--json` tells. */
function apkosWords(json: string): readonly string[] {
  type Output = { readonly problems: readonly { readonly apko?: string }[] };
  const { problems } = json === "" ? { problems: [] } : (JSON.parse(json) as Output);
  return problems.flatMap(({ apko }) => apko ?? []);
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
