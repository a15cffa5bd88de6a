import * as v from "valibot";
import { WolfiError } from "../error/wolfi-error.ts";

/** What a branch's own lock says that it did. */
export interface LockAnswer {
  readonly images: readonly LockedImageAnswer[];
  /** Of no image alone. */
  readonly problems: readonly WolfiError[];
}

export interface LockedImageAnswer {
  readonly image: string;
  /** From the workspace root. */
  readonly lockfile: string;
  readonly isFailed: boolean;
  readonly problems: readonly WolfiError[];
}

/**
 * Reads what `wolfi lock --json` of any version printed.
 *
 * @param exitCode that it ended with, which counts where it printed nothing
 * @throws WolfiError where it is nothing that can be understood, or says that nothing could be locked at all
 */
export function readLockAnswer(text: string, { branch, exitCode }: LockAnswerContext): LockAnswer {
  const ofBranch = (problem: v.InferOutput<typeof problemShape>): WolfiError => toProblem(problem, branch);
  const { success: isJson, output: value } = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  if (!isJson) {
    throw lockFailed(branch, `it ended with exit code ${exitCode} and printed no JSON`, {
      cure: `Mend what it says above: it is what "${branch}" itself does`,
    });
  }
  const refused = v.safeParse(v.object({ images: v.optional(v.undefined()), problems: v.array(problemShape) }), value);
  if (refused.success && refused.output.problems.length > 0) {
    const [first, ...others] = refused.output.problems.map(ofBranch);
    throw first!.with({
      message: `Cannot lock "${branch}": ${first!.message}`,
      details: [...(first!.details ?? []), ...others.map(({ message }) => message)],
    });
  }
  const version = v.safeParse(v.object({ version: v.unknown() }), value);
  if (!version.success || version.output.version !== 1) {
    const found = version.success ? `is of version ${JSON.stringify(version.output.version)}` : "has no version";
    throw lockFailed(branch, `what its lock prints ${found}, and this program reads version 1`, {
      kind: "input",
      cure: `Take an older or newer wolfi to one of both: this program, or what "${branch}" has in its MODULE.bazel`,
    });
  }
  const result = v.safeParse(answerShape, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw lockFailed(
      branch,
      `what its lock prints is not what version 1 says: ${v.getDotPath(issue)}: ${issue.message}`,
      {},
    );
  }
  const images = result.output.images.map(({ image, lockfile, result: outcome, problems = [] }): LockedImageAnswer => ({
    image,
    lockfile,
    isFailed: outcome === "failed",
    problems: problems.map(ofBranch),
  }));
  const told = new Set(images.flatMap(({ problems }) => problems.map(({ message }) => message)));
  const problems = result.output.problems.map(ofBranch).filter(({ message }) => !told.has(message));
  const isTold = images.some(({ isFailed }) => isFailed) || problems.length > 0;
  if (exitCode !== 0 && !isTold) throw lockFailed(branch, `it ended with exit code ${exitCode}`, {});
  return { images, problems };
}

export interface LockAnswerContext {
  readonly branch: string;
  readonly exitCode: number;
}

const problemShape = v.object({
  code: v.string(),
  kind: v.picklist(["input", "work", "stale"]),
  message: v.string(),
  position: v.optional(v.object({ file: v.string(), line: v.optional(v.number()), column: v.optional(v.number()) })),
  details: v.optional(v.array(v.string())),
  cure: v.optional(v.string()),
});

// More may be added in the same version.
const answerShape = v.object({
  images: v.array(
    v.object({
      image: v.string(),
      lockfile: v.string(),
      result: v.picklist(["changed", "unchanged", "failed"]),
      problems: v.optional(v.array(problemShape)),
    }),
  ),
  problems: v.array(problemShape),
});

/** Its files are those of the branch, as git names them: others may lie where the person is. */
function toProblem(
  { code, kind, message, position, details, cure }: v.InferOutput<typeof problemShape>,
  branch: string,
): WolfiError {
  const { file = "", line, column } = position ?? {};
  const place = {
    file: `${branch}:${file}`,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
  return new WolfiError(code, message, { kind, details, cure, position: position === undefined ? undefined : place });
}

function lockFailed(
  branch: string,
  reason: string,
  { kind = "work", cure }: { readonly kind?: "input" | "work"; readonly cure?: string },
): WolfiError {
  return new WolfiError("LOCK_FAILED", `Cannot lock "${branch}": ${reason}`, { kind, cure });
}
