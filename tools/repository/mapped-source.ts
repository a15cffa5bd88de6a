import { join } from "node:path";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { folderSource } from "./folder-source.ts";
import type { Source } from "./source.ts";

export interface MappedSourceOptions {
  /** What a person does when a file is missing in its folder, e.g. the command that builds it. */
  readonly cure?: string;
}

/**
 * Reads URLs under some prefixes from folders instead, and all others from `next`. The longest prefix counts, and it
 * ends where a path part ends: `http://packages.test/os` says nothing of `http://packages.test/os2`.
 *
 * A file that its folder lacks is an error, `MAPPED_FILE_MISSING`, rather than a 404: nobody else could have it.
 *
 * @param folders URL prefix, without a trailing slash → absolute path of the folder
 */
export function mappedSource(
  folders: ReadonlyMap<string, string>,
  next: Source,
  options: MappedSourceOptions = {},
): Source {
  const findMapping = mappingFinder(folders);
  return {
    async read(url, readOptions) {
      const mapping = findMapping(url);
      if (mapping === undefined) return next.read(url, readOptions);
      const path = join(mapping.folder, relativePath(url, mapping.prefix));
      const response = await folderSource({ workingDirectory: mapping.folder }).read(path, readOptions);
      if (response.status !== 404) return response;
      const reason = `"${path}" is missing, and "${redactUrl(mapping.prefix)}" is mapped to "${mapping.folder}"`;
      throw new WolfiError("MAPPED_FILE_MISSING", `Cannot read "${redactUrl(url)}": ${reason}`, {
        kind: "input",
        ...(options.cure === undefined ? {} : { cure: options.cure }),
      });
    },
  };
}

/** Tells of a URL which folder it is read from, as far as it is. */
export function mappingFinder(
  folders: ReadonlyMap<string, string>,
): (url: string) => { readonly prefix: string; readonly folder: string } | undefined {
  const prefixes = [...folders].map(([prefix, folder]) => ({ prefix: prefix.replace(/\/+$/, ""), folder }));
  prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
  return (url) => prefixes.find(({ prefix }) => url === prefix || url.startsWith(`${prefix}/`));
}

/** The path below the folder: unescaped as a server would, and never out of the folder. */
function relativePath(url: string, prefix: string): string {
  const parts = url
    .slice(prefix.length + 1)
    .replace(/[?#].*$/s, "")
    .split("/")
    .map(unescape);
  if (parts.some((part) => part === ".." || /[/\\\0]/.test(part))) {
    throw new WolfiError("URL_INVALID", `Cannot read "${redactUrl(url)}": its path leads out of the repository`, {
      kind: "input",
    });
  }
  return parts.join("/");
}

function unescape(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
