import { WolfiError } from "../error/wolfi-error.ts";
import { list, struct } from "../yaml/collection-shapes.ts";
import { readYaml, type Shape, type YamlResult } from "../yaml/read-yaml.ts";
import { optional, type Place, refined, required, withZero } from "../yaml/refine.ts";
import { filled, flag, matching, text, unsigned } from "../yaml/scalar-shapes.ts";
import { commandTests } from "./command-shape.ts";
import { GO_FILE_MODE } from "./file-mode.ts";
import { translateGoPattern } from "./go-pattern.ts";
import type {
  ExecutableBy,
  Expression,
  FileContentTest,
  FileExistenceTest,
  KeyTest,
  MetadataTest,
  Placed,
  StructureConfiguration,
  SymlinkTest,
  UserTest,
} from "./structure-configuration.ts";

/** What is done with `commandTests`: refused, or only looked at whether each program is there. */
export type CommandMode = "refuse" | "programs";

/**
 * Reads a configuration of container-structure-test. Names and types are those of its `pkg/types/v2` at v1.22.0; what it
 * would take and never find true, such as a mode in the notation of `ls`, is refused as well.
 */
export function readStructureConfiguration(
  bytes: Uint8Array,
  file: string,
  commands: CommandMode,
): YamlResult<StructureConfiguration> {
  const read = readYaml(bytes, file, { name: "structure test", rules: "apko" }, configuration(commands));
  if (read.value === undefined || read.problems.length > 0) return read;
  if (countTests(read.value) > 0) return read;
  const problem = new WolfiError("NO_TESTS", "Cannot read structure test: it tests nothing", {
    kind: "input",
    position: { file },
  });
  return { value: undefined, problems: [problem] };
}

function countTests({ metadata, ...lists }: StructureConfiguration): number {
  const metadataTests = Object.values(metadata).flatMap((value: unknown) => value ?? []);
  return metadataTests.length + Object.values(lists).flat().length;
}

function configuration(commands: CommandMode): Shape<StructureConfiguration> {
  return refined(
    struct<{
      readonly schemaVersion: string;
      readonly metadataTest: MetadataTest;
      readonly fileExistenceTests: readonly FileExistenceTest[];
      readonly fileContentTests: readonly FileContentTest[];
      readonly commandTests: StructureConfiguration["commands"];
      readonly userTests: readonly UserTest[];
      readonly symlinkTests: readonly SymlinkTest[];
      readonly licenseTests: unknown;
      readonly globalEnvVars: unknown;
      readonly containerRunOptions: unknown;
    }>({
      schemaVersion: matching(/^2\.0\.0$/, '"2.0.0"'),
      metadataTest,
      fileExistenceTests: list(fileExistenceTest),
      fileContentTests: list(fileContentTest),
      commandTests: commandTests(commands === "refuse"),
      userTests: list(userTest),
      symlinkTests: list(symlinkTest),
      licenseTests: refusedField(
        '"licenseTests" is not judged here: name the words that a file must not hold in "fileContentTests"',
      ),
      globalEnvVars: refusedField('"globalEnvVars" is not judged here: it changes the environment of a run'),
      containerRunOptions: refusedField('"containerRunOptions" is not judged here: nothing is run'),
    }),
    (fields) => ({
      metadata: fields.metadataTest,
      fileExistence: fields.fileExistenceTests,
      fileContents: fields.fileContentTests,
      commands: fields.commandTests,
      users: fields.userTests,
      symlinks: fields.symlinkTests,
    }),
  );
}

function refusedField(reason: string): Shape<unknown> {
  return optional<unknown>({ schema: {}, read: (node, context) => refused(reason).read(node, context) });
}

function refused(reason: string): Shape<unknown> {
  return refined<unknown, unknown>({ schema: {}, read: () => true }, (_, { refuse }) => refuse(reason));
}

function placed<T>(shape: Shape<T>): Shape<Placed<T>> {
  return refined(shape, (value, { position }) => ({ value, position }));
}

const absent = optional(filled);

const expression = refined(text, (source, { refuse }): Expression | undefined => {
  const pattern = patternOf(source, refuse);
  return pattern && { source, pattern };
});

const keyTest = refined(
  struct<{ readonly key: string; readonly value: string; readonly isRegex: boolean }>({
    key: filled,
    value: text,
    isRegex: flag,
  }),
  ({ key, value, isRegex }, { position, refuse }): KeyTest | undefined => {
    if (!isRegex) return { key, value, pattern: undefined, position };
    const pattern = patternOf(value, refuse);
    return pattern && { key, value, pattern, position };
  },
);

function patternOf(source: string, refuse: Place["refuse"]): RegExp | undefined {
  const translated = translateGoPattern(source);
  if (translated.kind === "pattern") return translated.pattern;
  return refuse(`the expression ${JSON.stringify(source)} cannot be used: it has ${translated.reason}`);
}

const unboundKey = refined(
  struct<{ readonly key: string; readonly value: unknown; readonly isRegex: unknown }>({
    key: filled,
    value: refusedField('a variable that must not be set has no "value"'),
    isRegex: refusedField('a variable that must not be set has no "isRegex"'),
  }),
  ({ key }, { position }) => ({ value: key, position }),
);

const port = placed(matching(/^\d+$/, 'a port without its protocol, such as "8080"'));

const metadataTest = struct<MetadataTest>({
  envVars: list(keyTest),
  unboundEnvVars: list(unboundKey),
  labels: list(keyTest),
  exposedPorts: list(port),
  unexposedPorts: list(port),
  volumes: list(placed(filled)),
  unmountedVolumes: list(placed(filled)),
  entrypoint: optional(placed(list(text))),
  cmd: optional(placed(list(text))),
  workdir: optional(placed(filled)),
  user: optional(placed(filled)),
});

/** With its place in the file. */
function placedTest<T extends object>(fields: {
  readonly [K in keyof Omit<T, "position">]: Shape<T[K & keyof T]>;
}): Shape<T> {
  return refined(
    struct<Omit<T, "position">>(fields as never),
    (value, { position }) => ({ ...value, position }) as unknown as T,
  );
}

const imagePath = matching(
  /^(?:[^$]|\$(?:\w+|\{\w+\}))+$/,
  'a path, in which "$" only stands before the name of a variable',
);

const owner = optional(unsigned);

const fileExistenceTest = placedTest<FileExistenceTest>({
  name: filled,
  path: imagePath,
  shouldExist: withZero(flag, true),
  permissions: optional(
    matching(
      GO_FILE_MODE,
      'permissions in Go\'s notation, such as "-rwxr-xr-x", "drwxr-xr-x", "Lrwxrwxrwx", "urwxr-xr-x" (setuid) or ' +
        '"dtrwxrwxrwx" (sticky)',
    ),
  ),
  uid: owner,
  gid: owner,
  isExecutableBy: optional(matching(/^(owner|group|other|any)$/, "owner, group, other or any") as Shape<ExecutableBy>),
});

const fileContentTest = placedTest<FileContentTest>({
  name: filled,
  path: filled,
  expectedContents: list(expression),
  excludedContents: list(expression),
});

const userTest = placedTest<UserTest>({
  name: filled,
  user: filled,
  uid: owner,
  gid: owner,
  home: absent,
  shell: absent,
});

const symlinkTest = placedTest<SymlinkTest>({ name: filled, path: imagePath, target: required(filled) });
