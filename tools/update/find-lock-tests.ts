import * as v from "valibot";
import { PARTLY } from "../bazel/bazel.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { WorktreeBazel } from "./worktree-bazel.ts";

/** A test that `wolfi_base()` makes of a lockfile. */
export interface LockTest {
  readonly label: string;
  /** From the workspace root. */
  readonly lockfile: string;
}

/**
 * Finds the tests of lockfiles in a workspace: NAME_lock_test and NAME_sound_test, wherever `wolfi_base()` is called.
 * Packages that cannot be loaded have none.
 *
 * @throws WolfiError where Bazel cannot tell
 */
export async function findLockTests(bazel: Pick<WorktreeBazel, "call">, branch: string): Promise<readonly LockTest[]> {
  const expression = 'filter("_(lock|sound)_test$", kind("test rule$", //...))';
  const { exitCode, stdout, said } = await bazel.call([
    "query",
    "--keep_going",
    "--output=streamed_jsonproto",
    expression,
  ]);
  if (exitCode !== 0 && exitCode !== PARTLY) {
    const message = `Cannot find the tests of "${branch}": Bazel ended with exit code ${exitCode}`;
    throw new WolfiError("TEST_FAILED", message, { details: said.slice(-10) });
  }
  return stdout.split("\n").flatMap((line) => lockTestIn(line) ?? []);
}

function lockTestIn(line: string): LockTest | undefined {
  if (line === "") return undefined;
  const { rule } = v.parse(targetLine, line);
  const args = rule.attribute.find(({ name }) => name === "args")?.stringListValue ?? [];
  const lockfile = args[args.indexOf("--lockfile") + 1];
  return args.includes("--lockfile") && lockfile !== undefined
    ? { label: rule.name.replace(/^@@(?=\/\/)/, ""), lockfile }
    : undefined;
}

/** `blaze_query.Target` in Bazel's src/main/protobuf/build.proto. */
const targetLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    rule: v.object({
      name: v.string(),
      attribute: v.array(v.object({ name: v.string(), stringListValue: v.optional(v.array(v.string())) })),
    }),
  }),
);
