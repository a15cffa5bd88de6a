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
 * Reads the settings of a call about an image, which lie beside it.
 *
 * @param options.json whether problems are printed for scripts too
 * @param configuration from the workspace root
 * @returns undefined where they are wrong, which is reported
 */
export function readCallSettings(
  options: { readonly json?: true },
  configuration: string,
  context: CallContext,
): Promise<CallSettings | undefined> {
  return readFolderSettings(options, dirname(configuration), context);
}

/** As {@link readCallSettings}, of a folder of images. */
export async function readFolderSettings(
  options: { readonly json?: true },
  folder: string,
  context: Pick<CallContext, "shell" | "reporter">,
): Promise<CallSettings | undefined> {
  const read = await readSettings(folder, workspaceReader(context.shell));
  if (read.kind === "read") return { settings: read.settings, folder };
  failCall(read.problems, options, context);
  return undefined;
}
