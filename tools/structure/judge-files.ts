import type { LayerFile } from "../image/read-layer.ts";
import { formatFileMode } from "./file-mode.ts";
import { find, type ImageTree } from "../image/image-tree.ts";
import type { ExecutableBy, FileExistenceTest, SymlinkTest } from "./structure-configuration.ts";
import { resultOf, type TestResult } from "./test-result.ts";

type Environment = ReadonlyMap<string, string>;

/** Judges a file by its entry. A symbolic link is judged itself, and not what it leads to. */
export function judgeFile(test: FileExistenceTest, tree: ImageTree, environment: Environment): TestResult {
  const name = `File Existence Test: ${test.name}`;
  const { path, unset } = expandPath(test.path, environment);
  if (unset.length > 0) return resultOf(name, test.position, "", unset);
  const found = find(tree, path, { followsLast: false });
  const isThere = found.kind !== "missing";
  if (!test.shouldExist) {
    const failures = isThere ? [`${path} must not be there, and is`] : [];
    return resultOf(name, test.position, `${path} is not there`, failures);
  }
  switch (found.kind) {
    case "missing":
      return resultOf(name, test.position, "", [`${path} must be there: ${found.reason}`]);
    case "implied":
      return resultOf(name, test.position, `${path}, a folder`, judgeImplied(test, path));
    case "file":
      return resultOf(name, test.position, `${path} ${describe(found.file)}`, judgeEntry(test, path, found.file));
  }
}

/** Judges where a symbolic link points, as it is written. */
export function judgeSymlink(test: SymlinkTest, tree: ImageTree, environment: Environment): TestResult {
  const name = `Symlink Test: ${test.name}`;
  const { path, unset } = expandPath(test.path, environment);
  if (unset.length > 0) return resultOf(name, test.position, "", unset);
  const found = find(tree, path, { followsLast: false });
  const must = `${path} must be a symbolic link to ${test.target}`;
  if (found.kind === "missing") return resultOf(name, test.position, "", [`${must}: ${found.reason}`]);
  const file = found.kind === "file" ? found.file : undefined;
  if (file?.type !== "symlink") return resultOf(name, test.position, "", [`${must}, and is none`]);
  const failures = file.target === test.target ? [] : [`${must}, and is one to ${file.target}`];
  return resultOf(name, test.position, `${path} -> ${file.target}`, failures);
}

/** Puts in the variables of the image. One that is not set would silently be nothing to container-structure-test. */
function expandPath(
  path: string,
  environment: Environment,
): { readonly path: string; readonly unset: readonly string[] } {
  const unset: string[] = [];
  const expanded = path.replace(/\$(?:(\w+)|\{(\w+)\})/g, (_, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? "";
    const value = environment.get(name);
    if (value === undefined) unset.push(`the image does not set the variable ${name} of the path ${path}`);
    return value ?? "";
  });
  return { path: expanded, unset };
}

function judgeImplied({ permissions, uid, gid, isExecutableBy }: FileExistenceTest, path: string): readonly string[] {
  if ([permissions, uid, gid, isExecutableBy].every((field) => field === undefined)) return [];
  return [`${path} has no entry in any layer: its owner and permissions are whatever an engine gives it`];
}

function judgeEntry(test: FileExistenceTest, path: string, file: LayerFile): readonly string[] {
  const { permissions, uid, gid, isExecutableBy } = test;
  const actual = formatFileMode(file);
  const failures: string[] = [];
  if (permissions !== undefined && permissions !== actual) {
    failures.push(`${path} must have the permissions ${permissions}, and has ${actual}`);
  }
  if (isExecutableBy !== undefined && (file.mode & EXECUTABLE_BITS[isExecutableBy]) === 0) {
    failures.push(`${path} must be executable by ${isExecutableBy}, and has the permissions ${actual}`);
  }
  if (uid !== undefined && uid !== file.uid) failures.push(`${path} must be of user ${uid}, and is of ${file.uid}`);
  if (gid !== undefined && gid !== file.gid) failures.push(`${path} must be of group ${gid}, and is of ${file.gid}`);
  return failures;
}

const EXECUTABLE_BITS: Readonly<Record<ExecutableBy, number>> = {
  owner: 0o100,
  group: 0o010,
  other: 0o001,
  any: 0o111,
};

function describe(file: LayerFile): string {
  const target = file.type === "symlink" ? ` -> ${file.target}` : "";
  return `${formatFileMode(file)} ${file.uid}:${file.gid}${target}`;
}
