import type { WolfiError } from "../error/wolfi-error.ts";
import { exitCodeOf } from "./exit-code.ts";
import type { Reporter } from "./reporter.ts";
import type { Shell } from "./shell.ts";

/** Ends a call that comes to nothing but problems: people are told, scripts that ask get them as JSON. */
export function failCall(
  problems: readonly WolfiError[],
  { json }: { readonly json?: true },
  { reporter, shell }: { readonly reporter: Reporter; readonly shell: Pick<Shell, "setExitCode"> },
): void {
  reporter.problems(problems);
  if (json === true) reporter.result(JSON.stringify({ problems }, null, 2));
  shell.setExitCode(exitCodeOf(problems));
}
