import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { isHttpUrl } from "../repository/source.ts";

/** What `--mirror URL=TARGET` says: what begins with the URL is read from the target. */
export interface Mirror {
  readonly url: string;
  /** A URL, or the path of a folder or file. */
  readonly target: string;
}

export function mirrorOption(): Option {
  return new Option(
    "--mirror <url=target>",
    "read what begins with URL from another URL or a folder; the lockfile stays the same (repeatable)",
  )
    .default([])
    .argParser((written: string, before: readonly Mirror[]) => [...before, parseMirror(written)]);
}

/** Both a folder and a URL may have a `=`; one in the first URL is written %3D. */
function parseMirror(written: string): Mirror {
  const [, url = "", target = ""] = /^([^=]*)=(.+)$/s.exec(written) ?? [];
  if (target === "") throw new InvalidArgumentError("It has the form URL=URL or URL=FOLDER.");
  if (!isHttpUrl(url) || URL.parse(url) === null || /[?#]/.test(url)) {
    throw new InvalidArgumentError("What is before the = has to be an http or https URL.");
  }
  if (isHttpUrl(target) && URL.parse(target) === null) {
    throw new InvalidArgumentError("What is behind the = is not a URL.");
  }
  return { url: redactUrl(url), target };
}

/**
 * Answers which URLs are read from where; of two mirrors of one URL, the last one counts.
 *
 * @throws WolfiError `MIRROR_MISSING` for a folder that does not exist
 */
export function findMirrors(mirrors: readonly Mirror[], workingDirectory: string): ReadonlyMap<string, string> {
  return new Map(
    mirrors.map(({ url, target }) => {
      const key = url.replace(/\/+$/, "");
      if (isHttpUrl(target)) return [key, target];
      const path = resolve(workingDirectory, target);
      if (existsSync(path)) return [key, path];
      const message = `Cannot use the mirror of "${url}": "${target}" does not exist`;
      throw new WolfiError("MIRROR_MISSING", message, { kind: "input" });
    }),
  );
}
