import { WolfiError } from "../error/wolfi-error.ts";
import { containerEngines } from "../load/container-engine.ts";
import { ownEnvironment } from "../process/own-environment.ts";
import type { Shell } from "../terminal/shell.ts";
import { askBubblewrap } from "./run-in-bubblewrap.ts";

/** What programs of images are run with, in the order in which they are asked. */
export const RUNNERS: readonly string[] = ["docker", "podman", "nerdctl", "bubblewrap"];

/** An engine that does not say soon that it is there keeps a person waiting for nothing. */
const TIMEOUT_MS = 3000;

/**
 * Finds what answers.
 *
 * @param wanted the only one to be asked
 * @returns one of {@link RUNNERS}
 * @throws WolfiError `NO_RUNNER`, with what each of them says
 */
export async function chooseRunner(wanted: string | undefined, shell: Shell): Promise<string> {
  const engines = containerEngines({ environment: ownEnvironment(shell.environment), timeoutMs: TIMEOUT_MS });
  const candidates = [
    ...engines.map(({ name, ask }) => ({ name, ask: () => ask(shell.signal) })),
    { name: "bubblewrap", ask: () => askBubblewrap(shell) },
  ].filter(({ name }) => wanted === undefined || name === wanted);
  const silent: string[] = [];
  for (const { name, ask } of candidates) {
    const reason = await ask();
    if (reason === undefined) return name;
    silent.push(`${name} ${reason}`);
  }
  throw new WolfiError("NO_RUNNER", "Cannot enter image: nothing that runs it answers", {
    details: silent,
    cure: "Start or install one of them, or look at the image from outside: docs/try-an-image.md. `wolfi doctor` says more",
  });
}
