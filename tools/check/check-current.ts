import { createHash } from "node:crypto";
import type { ConfigurationFile, ReadFile, ValidConfiguration } from "../apko/load-image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { type CheckedImage, lockfileProblem } from "../workspace/checked-lockfile.ts";
import { readImage } from "./read-image.ts";

/**
 * Checks that a lockfile was made from the configuration as it is now, with everything that it includes.
 *
 * @returns what is wrong; nothing where the lockfile is current
 */
export async function checkCurrent(image: CheckedImage, readFile: ReadFile): Promise<readonly WolfiError[]> {
  const read = await readImage(image, readFile);
  return read.kind === "unreadable" ? read.problems : findStale(image, read.loaded, read.lockfile);
}

/** The same for files that are read. */
export function findStale(image: CheckedImage, loaded: ValidConfiguration, lockfile: Lockfile): readonly WolfiError[] {
  const locked = lockfile.config?.checksum ?? "";
  if (locked === loaded.checksum) return [];
  if (locked === "") {
    return [
      lockfileProblem("LOCKFILE_STALE", `it does not say which "${image.configuration}" it was made from`, image),
    ];
  }
  return [describeDifference(locked, loaded.files, image)];
}

function describeDifference(locked: string, files: readonly ConfigurationFile[], image: CheckedImage): WolfiError {
  const withCrlf = files.filter(({ bytes }) => bytes.includes("\r\n".charCodeAt(0)) && toText(bytes).includes("\r\n"));
  const names = (withCrlf.length > 0 ? withCrlf : files).map(({ path }) => `"${path}"`).join(", ");
  if (withCrlf.length > 0 && checksumOf(files, (text) => text.replaceAll("\r\n", "\n")) === locked) {
    return lockfileProblem("LOCKFILE_CRLF", `it was made from LF line ends, but ${names} has CRLF here`, image, {
      position: { file: withCrlf[0]!.path },
      cure: `Check the file out with LF line ends (.gitattributes: "*.yaml text eol=lf"), or run: ${image.lockCommand}`,
    });
  }
  if (checksumOf(files, (text) => text.replaceAll(/\r?\n/g, "\r\n")) === locked) {
    return lockfileProblem("LOCKFILE_CRLF", `it was made from CRLF line ends, but ${names} has LF here`, image);
  }
  const reason = `"${image.configuration}"${files.length > 1 ? " or a file that it includes" : ""} has changed since`;
  return lockfileProblem("LOCKFILE_STALE", reason, image);
}

/** Bytes as characters, so that every file comes back as it was. */
function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function checksumOf(files: readonly ConfigurationFile[], change: (text: string) => string): string {
  const hash = createHash("sha256");
  for (const { bytes } of files) hash.update(Buffer.from(change(toText(bytes)), "latin1"));
  return `sha256-${hash.digest("base64")}`;
}
