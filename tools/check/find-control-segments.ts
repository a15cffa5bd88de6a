import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { checksumHex } from "../apk/segment-checksum.ts";
import type { Lockfile } from "../apko/lockfile.ts";

/**
 * Finds the control segments of a lockfile's packages anywhere below a folder, by the names that apko's cache gives
 * them: `HEX.ctl.tar.gz`, with the SHA-1 of the control segment.
 *
 * @returns URL of a package → its control segment; a package without one is left out
 */
export function findControlSegments(folder: string, { contents }: Lockfile): ReadonlyMap<string, Uint8Array> {
  const wanted = new Map<string, string[]>();
  for (const { url, control } of contents.packages) {
    const name = `${checksumHex(control.checksum)}.ctl.tar.gz`;
    wanted.set(name, [...(wanted.get(name) ?? []), url]);
  }
  const found = new Map<string, Uint8Array>();
  for (const path of walk(folder, new Set())) {
    const urls = wanted.get(path.replace(/^.*[/\\]/, ""));
    if (urls === undefined) continue;
    const bytes = readFileSync(path);
    for (const url of urls) found.set(url, bytes);
  }
  return found;
}

/** In Bazel's runfiles every file is a link, and a folder may be one too. */
function* walk(folder: string, seen: Set<string>): Generator<string> {
  const real = realpathSync(folder);
  if (seen.has(real)) return;
  seen.add(real);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.endsWith(".ctl.tar.gz")) yield path;
    else if (entry.name !== "node_modules" && (entry.isDirectory() || isLinkedFolder(entry, path))) {
      yield* walk(path, seen);
    }
  }
}

function isLinkedFolder(entry: { isSymbolicLink(): boolean }, path: string): boolean {
  return entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
