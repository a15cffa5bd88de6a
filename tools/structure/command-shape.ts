import { list, struct } from "../yaml/collection-shapes.ts";
import type { Shape } from "../yaml/read-yaml.ts";
import { refined } from "../yaml/refine.ts";
import { filled, integer, text } from "../yaml/scalar-shapes.ts";
import type { CommandTest } from "./structure-configuration.ts";

interface CommandYaml {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly setup: readonly (readonly string[])[];
  readonly teardown: readonly (readonly string[])[];
  readonly envVars: readonly { readonly key: string; readonly value: string }[];
  readonly exitCode: number;
  readonly expectedOutput: readonly string[];
  readonly excludedOutput: readonly string[];
  readonly expectedError: readonly string[];
  readonly excludedError: readonly string[];
}

/**
 * Commands as container-structure-test has them. What they answer is never judged.
 *
 * @param isRefused each is a problem, with the test of a file that says as much of it as can be said
 */
export function commandTests(isRefused: boolean): Shape<readonly CommandTest[]> {
  return list(
    refined(commandYaml, (fields, { position, refuse }): CommandTest | undefined => {
      const { name, command } = fields;
      if (isRefused)
        return refuse(`the command test "${name}" cannot be judged without running "${command}"; ${cureOf(fields)}`);
      return { name, command, obstacle: obstacleOf(fields), position };
    }),
  );
}

const commandYaml = struct<CommandYaml>({
  name: filled,
  command: filled,
  args: list(text),
  setup: list(list(text)),
  teardown: list(list(text)),
  envVars: list(struct<{ readonly key: string; readonly value: string }>({ key: filled, value: filled })),
  exitCode: integer,
  expectedOutput: list(text),
  excludedOutput: list(text),
  expectedError: list(text),
  excludedError: list(text),
});

/** The test of a file, or of the image's settings, that says what can be said without a run. */
function cureOf({ command, args: [first = ""] }: CommandYaml): string {
  const program = command.slice(command.lastIndexOf("/") + 1);
  if (program === "id" || program === "whoami") return '"user" in "metadataTest" judges whom programs run as';
  if (program === "cat" && first !== "") return `"fileContentTests" with path: ${first} judges what it holds`;
  const path = program === "which" && first !== "" ? first : command;
  const place = path.startsWith("/") ? path : `/usr/bin/${path}`;
  return `"fileExistenceTests" with path: ${place} and isExecutableBy: any judges that it is there`;
}

function obstacleOf({ setup, envVars, command }: CommandYaml): string | undefined {
  if (setup.length > 0) return 'its "setup" may make the program';
  if (envVars.some(({ key }) => key === "PATH")) return 'it sets "PATH"';
  return command.includes("$") ? "its program is named by a variable" : undefined;
}
