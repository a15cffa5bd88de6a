import type { Position } from "../error/wolfi-error.ts";
import { type Account, findIdentity, parseAccounts, parseGroups } from "../image/accounts.ts";
import { environmentOf } from "../image/environment.ts";
import type { ImageSettings } from "../image/image-documents.ts";
import { find, findMisplaced, imageTree, type ImageTree, readFound } from "../image/image-tree.ts";
import type { ImageFiles } from "../image/merge-layers.ts";
import { judgeContents } from "./judge-contents.ts";
import { judgeFile, judgeSymlink } from "./judge-files.ts";
import { judgeMetadata } from "./judge-metadata.ts";
import { judgeProgram, type ProgramSettings } from "./judge-program.ts";
import { judgeUser } from "./judge-users.ts";
import type { CommandTest, StructureConfiguration } from "./structure-configuration.ts";
import { resultOf, type TestResult } from "./test-result.ts";

/** What tests look at. */
export interface TestedImage {
  readonly settings: ImageSettings;
  readonly files: ImageFiles;
}

/** Judges an image by what it consists of; nothing is run. The results are in the order of the configurations. */
export function judgeImage(
  { settings, files }: TestedImage,
  configurations: readonly StructureConfiguration[],
): readonly TestResult[] {
  const tree = imageTree(files);
  const environment = environmentOf(settings.config.Env);
  const accounts = configurations.some(looksAtAccounts) ? parseAccounts(textOf(tree, PASSWD)) : [];
  return [
    ...judgeLayout(tree),
    ...configurations.flatMap((configuration) => [
      ...judgeMetadata(configuration.metadata, settings),
      ...configuration.fileExistence.map((test) => judgeFile(test, tree, environment)),
      ...configuration.fileContents.map((test) => judgeContents(test, tree)),
      ...configuration.users.map((test) => judgeUser(test, accounts)),
      ...configuration.symlinks.map((test) => judgeSymlink(test, tree, environment)),
      ...judgePrograms(configuration.commands, tree, settings, accounts),
    ]),
  ];
}

/** The files whose contents the tests look at, where links have led to. */
export function contentsNeeded(files: ImageFiles, configurations: readonly StructureConfiguration[]): Set<string> {
  const tree = imageTree(files);
  const paths = configurations.flatMap((configuration) => [
    ...(looksAtAccounts(configuration) ? [PASSWD, GROUP] : []),
    ...configuration.fileContents.map(({ path }) => path),
  ]);
  return new Set(
    paths.flatMap((path) => {
      const found = find(tree, path, { followsLast: true });
      return found.kind === "file" ? [(found.file.linked ?? found.file).path] : [];
    }),
  );
}

function looksAtAccounts({ users, commands }: StructureConfiguration): boolean {
  return users.length + commands.length > 0;
}

const PASSWD = "/etc/passwd";
const GROUP = "/etc/group";

function judgeLayout(tree: ImageTree): readonly TestResult[] {
  const misplaced = findMisplaced(tree);
  if (misplaced.length === 0) return [];
  const failures = misplaced.map(
    ([path, above]) => `/${path} lies below /${above.path}, which is no folder: engines differ in what they make of it`,
  );
  return [resultOf("Layers", WHOLE_IMAGE, "", failures)];
}

const WHOLE_IMAGE: Position = { file: "" };

function judgePrograms(
  tests: readonly CommandTest[],
  tree: ImageTree,
  { config }: ImageSettings,
  accounts: readonly Account[],
): readonly TestResult[] {
  if (tests.length === 0) return [];
  const found = findIdentity(config.User, accounts, parseGroups(textOf(tree, GROUP)));
  if ("reason" in found) {
    return tests.map(({ name, position }) =>
      resultOf(`Program of Command Test: ${name}`, position, "", [`nobody can run it: ${found.reason}`]),
    );
  }
  const settings: ProgramSettings = {
    searchPath: environmentOf(config.Env).get("PATH") ?? DEFAULT_PATH,
    workingFolder: config.WorkingDir,
    identity: found.identity,
  };
  return tests.map((test) => judgeProgram(test, tree, settings));
}

/** What engines set where an image does not. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function textOf(tree: ImageTree, path: string): string {
  const read = readFound(find(tree, path, { followsLast: true }));
  return read.kind === "read" ? Buffer.from(read.content).toString() : "";
}
