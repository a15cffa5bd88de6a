import { join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { findProgram } from "../process/find-program.ts";
import type { Environment } from "../process/own-environment.ts";

export interface FindBazelOptions {
  readonly environment: Environment;
  readonly workspaceRoot: string;
}

/**
 * Finds the Bazel that a workspace uses: what `BAZEL` names, the workspace's own `bazelw`, Bazelisk, Bazel.
 *
 * @returns its path; undefined where there is none
 * @throws WolfiError `NO_BAZEL` where `BAZEL` names what is no program
 */
export function findBazel({ environment, workspaceRoot }: FindBazelOptions): string | undefined {
  const { BAZEL: named = "" } = environment;
  const find = (name: string): string | undefined => findProgram(name, environment, workspaceRoot);
  if (named === "") return find(join(workspaceRoot, "bazelw")) ?? find("bazelisk") ?? find("bazel");
  const found = find(named);
  if (found !== undefined) return found;
  throw new WolfiError("NO_BAZEL", `Cannot find Bazel: the variable BAZEL is "${named}", which is no program`, {
    kind: "input",
    cure: "Set it to the path of Bazel or Bazelisk, or unset it",
  });
}

/** @throws WolfiError `NO_BAZEL` */
export function requireBazel(options: FindBazelOptions): string {
  const found = findBazel(options);
  if (found !== undefined) return found;
  throw new WolfiError("NO_BAZEL", "Cannot find Bazel: neither bazelisk nor bazel is on the PATH", {
    kind: "input",
    cure: NO_BAZEL_CURE,
  });
}

export const NO_BAZEL_CURE =
  "Install Bazelisk, which brings the Bazel that the workspace asks for: https://github.com/bazelbuild/bazelisk";
