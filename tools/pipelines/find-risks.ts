import { parse } from "yaml";
import type { PipelineFile } from "./pipeline-files.ts";

/**
 * What a workflow or action of GitHub does that it should not, whatever the schema allows: rights for all jobs, an action
 * that somebody can change later, a token that stays in the checkout, a text of people that the shell would run, a job
 * without an end.
 */
export function findRisks({ text }: PipelineFile): readonly string[] {
  const { permissions, jobs = {}, runs } = parse(text) as GitHubFile;
  const steps = [...Object.values(jobs), ...(runs === undefined ? [] : [runs])].flatMap((job) => job.steps);
  return [
    ...(runs === undefined && JSON.stringify(permissions) !== "{}" ? ["permissions are not empty at the top"] : []),
    ...Object.entries(jobs).flatMap(([name, job]) => [
      ...(job.permissions === undefined ? [`${name} does not say its permissions`] : []),
      ...(job["timeout-minutes"] === undefined ? [`${name} has no timeout`] : []),
      ...(job.concurrency === undefined ? [`${name} has no concurrency group`] : []),
    ]),
    ...steps.flatMap(({ uses = "./", run = "", with: inputs = {} }) => [
      ...(uses.startsWith("./") || isPinned(uses, text) ? [] : [`${uses} is not pinned by a commit with its version`]),
      ...(uses.startsWith("actions/checkout@") && inputs["persist-credentials"] !== false
        ? [`${uses} leaves its token`]
        : []),
      ...(run.includes("${{") ? ["an expression stands in a command"] : []),
    ]),
  ];
}

interface GitHubFile {
  readonly permissions?: object;
  readonly jobs?: Readonly<Record<string, GitHubJob>>;
  readonly runs?: GitHubJob;
}

interface GitHubJob {
  readonly permissions?: object;
  readonly "timeout-minutes"?: number;
  readonly concurrency?: object;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

function isPinned(uses: string, text: string): boolean {
  const line = text.split("\n").find((one) => one.includes(`uses: ${uses}`)) ?? "";
  return /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line);
}
