import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { folderSource } from "./folder-source.ts";
import { isHttpUrl, type Source, type SourceOptions, type SourceResponse } from "./source.ts";

export interface MappedSourceOptions {
  /** What a person does when a file is missing in its folder, e.g. the command that builds it. */
  readonly cure?: string | undefined;
}

/**
 * Reads URLs under some prefixes from folders or other URLs instead, and all others from `next`. The longest prefix
 * counts, and it ends where a path part ends: `http://packages.test/os` says nothing of `http://packages.test/os2`. A
 * user and password in the URL say nothing either, and do not go along.
 *
 * A file that its folder lacks is an error, `MAPPED_FILE_MISSING`, rather than a 404: nobody else could have it.
 *
 * @param mappings URL prefix → absolute path of the folder, or URL, which `next` reads
 */
export function mappedSource(
  mappings: ReadonlyMap<string, string>,
  next: Source,
  options: MappedSourceOptions = {},
): Source {
  const findMapping = mappingFinder(mappings);
  return {
    async read(url, readOptions) {
      const plainUrl = redactUrl(url);
      const mapping = findMapping(plainUrl);
      if (mapping === undefined) return next.read(url, readOptions);
      const { prefix, target } = mapping;
      if (isHttpUrl(target)) {
        const mirror = target.replace(/\/+$/, "") + plainUrl.slice(prefix.length);
        return readMirror(next, { url: plainUrl, mirror }, readOptions);
      }
      const path = join(target, relativePath(plainUrl, prefix));
      const response = await folderSource({ workingDirectory: target }).read(path, readOptions);
      if (response.status !== 404) return response;
      const reason = `"${path}" is missing, and "${prefix}" is mapped to "${target}"`;
      const message = `Cannot read "${plainUrl}": ${reason}`;
      const cure = otherArchitectures(path, target) ?? options.cure;
      throw new WolfiError("MAPPED_FILE_MISSING", message, { kind: "input", cure });
    },
  };
}

/** What to do where a repository has packages, but none for the architecture that is asked for. */
function otherArchitectures(path: string, target: string): string | undefined {
  const [architecture = "", file] = relative(target, path).split(sep);
  if (file !== "APKINDEX.tar.gz" || existsSync(dirname(path)) || !existsSync(target)) return undefined;
  const names = readdirSync(target).filter((name) => existsSync(join(target, name, "APKINDEX.tar.gz")));
  if (names.length === 0) return undefined;
  return `It has packages for ${names.sort().join(", ")} only: remove ${architecture} from "archs", or make some for it`;
}

/** Tells of a URL without a credential what it is read from, as far as it is mapped. */
export function mappingFinder(
  mappings: ReadonlyMap<string, string>,
): (url: string) => { readonly prefix: string; readonly target: string } | undefined {
  const prefixes = [...mappings].map(([prefix, target]) => ({ prefix: prefix.replace(/\/+$/, ""), target }));
  prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
  return (url) => prefixes.find(({ prefix }) => url === prefix || url.startsWith(`${prefix}/`));
}

interface MirroredUrl {
  readonly url: string;
  readonly mirror: string;
}

async function readMirror(next: Source, mirrored: MirroredUrl, options: SourceOptions): Promise<SourceResponse> {
  try {
    const response = await next.read(mirrored.mirror, options);
    return { ...response, mirror: mirrored.mirror, body: bodyOfMirror(response.body, mirrored) };
  } catch (error) {
    throw mirrorFailure(error, mirrored);
  }
}

async function* bodyOfMirror(body: SourceResponse["body"], mirrored: MirroredUrl): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw mirrorFailure(error, mirrored);
  }
}

/** Who reads the message knows the URL of the configuration, and has to look at the mirror. */
function mirrorFailure(error: unknown, { url }: MirroredUrl): unknown {
  if (!(error instanceof WolfiError)) return error;
  return error.with({ message: `${error.message}; it is the mirror of "${url}"` });
}

/** The path below the folder: unescaped as a server would, and never out of the folder. */
function relativePath(url: string, prefix: string): string {
  const parts = url
    .slice(prefix.length + 1)
    .replace(/[?#].*$/s, "")
    .split("/")
    .map(unescape);
  if (parts.some((part) => part === ".." || /[/\\\0]/.test(part))) {
    throw new WolfiError("URL_INVALID", `Cannot read "${url}": its path leads out of the repository`, {
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
