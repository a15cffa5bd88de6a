import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFiles } from "../../testing/write-files.ts";

/** What a branch's Bazel does in a test. All of it is in a folder, which the variable `SCENARIO` names. */
export interface BazelScenario {
  /** Contents by names of images: what the lock writes. */
  readonly lockfiles?: Readonly<Record<string, string>>;
  /** What the lock prints. @default that it changed those */
  readonly answer?: string;
  /** Of the lock. @default 0 */
  readonly exitCode?: number;
  /** Images whose `lock_test` fails, with what it says; undefined for one that cannot be built. */
  readonly failing?: Readonly<Record<string, string | undefined>>;
  /** Lines of sh, run as the lock begins. */
  readonly before?: string;
  /** @default 0 */
  readonly buildExitCode?: number;
}

/** The images that there are tests of. */
const TESTED: readonly string[] = ["a", "b"];

/** `bazelw` of a branch in a test. It notes what it is called with, and its environment. */
export const BRANCH_BAZEL = `#!/bin/sh
echo "$*" >>"$SCENARIO/calls"
env >>"$SCENARIO/environment"
case $1 in
  run) . "$SCENARIO/before"; cp "$SCENARIO"/lockfiles/*.lock.json wolfi-images/ 2>/dev/null
    echo "INFO: locking" >&2; cat "$SCENARIO/answer"; exit "$(cat "$SCENARIO/exit-code")" ;;
  query) cat "$SCENARIO/query" ;;
  test) for argument; do case $argument in --build_event_json_file=*) cp "$SCENARIO/events" "\${argument#*=}" ;; esac; done
    echo "ERROR: //b:b_lock_test: no such target" >&2; exit 3 ;;
  build) echo "ERROR: it does not compile" >&2; exit "$(cat "$SCENARIO/build-exit-code")" ;;
  clean) : ;;
  *) exit 2 ;;
esac
`;

export async function writeScenario(folder: string, scenario: BazelScenario): Promise<void> {
  const { lockfiles = {}, exitCode = 0, failing = {}, before = "", buildExitCode = 0 } = scenario;
  const names = Object.keys(lockfiles);
  await rm(join(folder, "lockfiles"), { recursive: true, force: true });
  const images = names.map((image) => ({
    image,
    configuration: `wolfi-images/${image}.yaml`,
    lockfile: `wolfi-images/${image}.lock.json`,
    result: "changed",
  }));
  const { answer = JSON.stringify({ version: 1, images, problems: [] }) } = scenario;
  const tests = TESTED.map((image) => ({ label: `//${image}:${image}_lock_test`, image }));
  const query = tests.map(({ label, image }) => {
    const args = ["check", "current", "--lockfile", `wolfi-images/${image}.lock.json`];
    const attribute = [{ name: "args", type: "STRING_LIST", stringListValue: args }];
    return { type: "RULE", rule: { name: label, ruleClass: "js_test", attribute } };
  });
  const other = { type: "RULE", rule: { name: "//x:other_lock_test", ruleClass: "sh_test", attribute: [] } };
  const events = tests.flatMap(({ label, image }): object[] => {
    if (!(image in failing)) return [{ id: { testSummary: { label } }, testSummary: { overallStatus: "PASSED" } }];
    if (failing[image] === undefined) return [{ id: { targetCompleted: { label } }, completed: {} }];
    const testActionOutput = [{ name: "test.log", uri: `file://${folder}/${image}.log` }];
    return [
      { id: { testResult: { label, run: 1 } }, testResult: { testActionOutput } },
      { id: { testSummary: { label } }, testSummary: { overallStatus: "FAILED" } },
    ];
  });
  await writeFiles(folder, [
    ["answer", answer],
    ["exit-code", String(exitCode)],
    ["build-exit-code", String(buildExitCode)],
    ["before", before],
    ["query", [...query, other].map((target) => `${JSON.stringify(target)}\n`).join("")],
    ["events", `${events.map((event) => `${JSON.stringify(event)}\n`).join("")}{"id":`],
    ...names.map((name) => [join("lockfiles", `${name}.lock.json`), lockfiles[name]!] as const),
    ...Object.entries(failing).map(
      ([image, said = ""]) => [`${image}.log`, `exec less\nExecuting tests\n${"-".repeat(77)}\n${said}\n`] as const,
    ),
  ]);
}
