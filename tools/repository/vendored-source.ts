import { join } from "node:path";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { folderSource } from "./folder-source.ts";
import type { Source } from "./source.ts";
import { vendoredPath } from "./vendored-path.ts";

export interface VendoredSourceOptions {
  /** Absolute path of what `wolfi vendor` has written. */
  readonly folder: string;
  /** What a person does when a file is missing in it. */
  readonly cure: string;
}

/** Reads http and https URLs from a vendored folder, and asks no server. A missing file is an error: nobody else is asked. */
export function vendoredSource({ folder, cure }: VendoredSourceOptions): Source {
  const files = folderSource({ workingDirectory: folder });
  return {
    async read(url, options) {
      const path = vendoredPath(redactUrl(url));
      const response = path === undefined ? undefined : await files.read(path, options);
      if (response !== undefined && response.status !== 404) return response;
      const reason = path === undefined ? "such a URL cannot be vendored" : `"${join(folder, path)}" is missing`;
      throw new WolfiError("NOT_VENDORED", `Cannot read "${redactUrl(url)}": ${reason}`, { kind: "input", cure });
    },
  };
}
