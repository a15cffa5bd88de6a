import { readTarEntries, type TarEntry } from "../apk/tar-entries.ts";
import type { PackageFile } from "../apk/write-package.ts";
import { WolfiError } from "../error/wolfi-error.ts";

/**
 * Turns a tar archive of a root folder into the files of a package, all owned by root.
 *
 * @throws WolfiError where the archive is damaged, or holds something else than files, folders and symbolic links
 */
export function unpackContents(archive: Uint8Array): readonly PackageFile[] {
  return readTarEntries(archive).flatMap((entry) => {
    const path = entry.name.replace(/^\.?\/+/, "").replace(/\/+$/, "");
    return path === "" || path === "." ? [] : [packageFile(path, entry)];
  });
}

function packageFile(path: string, { type, mode, linkTarget, data }: TarEntry): PackageFile {
  switch (type) {
    case "0":
      return { kind: "file", path, mode, content: data };
    case "2":
      return { kind: "symlink", path, target: linkTarget };
    case "5":
      return { kind: "directory", path, mode };
    default:
      throw new WolfiError("CONTENTS_INVALID", `Cannot read contents: "${path}" has the tar type "${type}"`, {
        kind: "input",
      });
  }
}
