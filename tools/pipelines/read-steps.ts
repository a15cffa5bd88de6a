import { parse } from "yaml";
import type { PipelineFile } from "./pipeline-files.ts";

/** A step that runs a command. */
export interface PipelineStep {
  readonly path: string;
  readonly name: string;
  /** As the shell gets it. */
  readonly command: string;
  /** Variables that the step sets, or takes from secrets; as they are written. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The steps of a file that run a command, in its order. */
export function readSteps({ kind, path, text }: PipelineFile): readonly PipelineStep[] {
  if (kind === "buildkite") {
    const { steps } = parse(text) as { readonly steps: readonly BuildkiteStep[] };
    return steps.map(({ label, command, env, secrets }) => {
      return { path, name: label, command: interpolate(command), variables: { ...env, ...secrets } };
    });
  }
  const document = parse(text) as {
    readonly jobs?: Readonly<Record<string, GitHubSteps>>;
    readonly runs?: GitHubSteps;
  };
  return [...Object.values(document.jobs ?? {}), document.runs ?? { steps: [] }]
    .flatMap(({ steps }) => steps)
    .flatMap(({ name = "", run, env = {} }) =>
      run === undefined ? [] : [{ path, name, command: run, variables: env }],
    );
}

interface BuildkiteStep {
  readonly label: string;
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

interface GitHubSteps {
  readonly steps: readonly {
    readonly name?: string;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
  }[];
}

/** What the upload of a pipeline does with dollars; a variable that is read there would be one of another job. */
function interpolate(command: string): string {
  return command.replaceAll(/\$\$|\$[\w{]+/g, (found) => {
    if (found !== "$$") throw new Error(`"${found}" is replaced when the pipeline is uploaded: write $${found}`);
    return "$";
  });
}
