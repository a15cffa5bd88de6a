import type { ReadFile } from "../apko/load-image-configuration.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Git, Revision } from "../git/open-git.ts";

/** The files of the workspace, as they are or as a revision has them. */
export interface Tree {
  /** For people: `HEAD`, `the working tree`. */
  readonly label: string;
  /** By paths from the workspace root. */
  readonly readFile: ReadFile;
  readonly listFolder: (path: string) => Promise<readonly string[]>;
  /** What problems call a file of it: `main:wolfi-images/app.yaml`, as git does. */
  readonly nameOf: (path: string) => string;
  readonly isWorkingTree: boolean;
}

/** The files as they are. */
export function workingTree(readFile: ReadFile, listFolder: Tree["listFolder"]): Tree {
  return { label: "the working tree", readFile, listFolder, nameOf: (path) => path, isWorkingTree: true };
}

export function revisionTree({ text, commit }: Revision, git: Git): Tree {
  return {
    label: text,
    async readFile(path) {
      if (!path.startsWith("/")) return git.readFile(commit, path);
      throw new WolfiError("UNKNOWN_REVISION", `Cannot compare "${path}": it is outside of the workspace`, {
        kind: "input",
        cure: "Compare two lockfiles: wolfi diff OLD.lock.json NEW.lock.json",
      });
    },
    listFolder: (path) => git.listFolder(commit, path),
    nameOf: (path) => `${text}:${path}`,
    isWorkingTree: false,
  };
}
