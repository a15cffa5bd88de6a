import { dirname } from "node:path/posix";
import { failCall } from "../terminal/fail-call.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { readSettings, type Settings } from "../workspace/settings.ts";
import type { CallContext } from "./repository-options.ts";

/** The settings of a call, and the folder that they lie in. */
export interface CallSettings {
  readonly settings: Settings;
  /** From the workspace root. */
  readonly folder: string;
}

/**
 * Reads the settings of a call.
 *
 * @param options.json whether problems are printed for scripts too
 * @param configuration of an image, from the workspace root; the settings lie beside it
 * @returns undefined where they are wrong, which is reported
 */
export async function readCallSettings(
  options: { readonly json?: true },
  configuration: string,
  context: CallContext,
): Promise<CallSettings | undefined> {
  const folder = dirname(configuration);
  const read = await readSettings(folder, workspaceReader(context.shell));
  if (read.kind === "read") return { settings: read.settings, folder };
  failCall(read.problems, options, context);
  return undefined;
}
