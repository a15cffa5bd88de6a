import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What a host reads of the files of pipelines. */
export type PipelineKind = "workflow" | "action" | "buildkite";

export interface PipelineFile {
  readonly kind: PipelineKind;
  /** From the root of the workspace. */
  readonly path: string;
  readonly text: string;
}

/** The files of the pipelines of a workspace, in the order of their paths. */
export function readPipelineFiles(root: string): readonly PipelineFile[] {
  return [".buildkite", ".github"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => path.endsWith(".yml"))
    .toSorted()
    .map((path) => ({ kind: kindOf(path), path, text: readFileSync(join(root, path), "utf8") }));
}

function kindOf(path: string): PipelineKind {
  if (path.startsWith(".buildkite/")) return "buildkite";
  return path.endsWith("/action.yml") ? "action" : "workflow";
}
