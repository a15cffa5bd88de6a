import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatPosition } from "../error/wolfi-error.ts";
import { type CommandMode, readStructureConfiguration } from "./read-structure-configuration.ts";

suite("readStructureConfiguration()", () => {
  test("reads what can be judged, with what is meant where nothing is said", () => {
    const { value, problems } = read(`schemaVersion: 2.0.0
metadataTest:
  entrypoint: []
fileExistenceTests:
  - name: node
    path: /usr/bin/node
  - { name: x, path: "\${HOME}/x", shouldExist: no, permissions: drwxr-xr-x, uid: 0, gid: 7, isExecutableBy: any }
fileContentTests: [{ name: p, path: /etc/passwd, expectedContents: ["a"] }]
`);
    assert.deepEqual(problems, []);
    assert.deepEqual(value?.fileExistence, [
      {
        name: "node",
        path: "/usr/bin/node",
        shouldExist: true,
        permissions: undefined,
        uid: undefined,
        gid: undefined,
        isExecutableBy: undefined,
        position: { file: "t.yaml", line: 5, column: 5 },
      },
      {
        name: "x",
        path: "${HOME}/x",
        shouldExist: false,
        permissions: "drwxr-xr-x",
        uid: 0,
        gid: 7,
        isExecutableBy: "any",
        position: { file: "t.yaml", line: 7, column: 5 },
      },
    ]);
    assert.deepEqual(value?.metadata.entrypoint?.value, []);
    assert.equal(value?.metadata.cmd, undefined);
    assert.equal(value?.fileContents[0]?.expectedContents[0]?.source, "a");
  });

  for (const [why, yaml, problems] of [
    ["no schema version", "fileExistenceTests: []\n", ['t.yaml:1:1: the field "schemaVersion" is missing']],
    ["schema 1", "schemaVersion: 1.0.0\n", ['t.yaml:1:16: "schemaVersion" must be "2.0.0", not the text "1.0.0"']],
    ["no test", "schemaVersion: 2.0.0\nmetadataTest: {}\n", ["t.yaml: it tests nothing"]],
    [
      "what needs a run",
      `schemaVersion: 2.0.0
globalEnvVars: [{ key: A, value: b }]
licenseTests: [{ debian: true }]
containerRunOptions: { user: root }
`,
      [
        't.yaml:2:16: "globalEnvVars" is not judged here: it changes the environment of a run',
        't.yaml:3:15: "licenseTests" is not judged here: name the words that a file must not hold in "fileContentTests"',
        't.yaml:4:22: "containerRunOptions" is not judged here: nothing is run',
      ],
    ],
    [
      "commands, each with what can be judged instead",
      `schemaVersion: "2.0.0"
commandTests:
  - name: "git is runnable"
    command: "git"
    args: [version]
  - name: where
    command: which
    args: [node]
  - { name: "not running as root", command: /usr/bin/id, args: [-u], excludedOutput: ["^0"], exitCode: 0 }
  - { name: release, command: cat, args: [/etc/os-release], expectedOutput: [Wolfi] }
`,
      [
        't.yaml:3:5: the command test "git is runnable" cannot be judged without running "git"; ' +
          '"fileExistenceTests" with path: /usr/bin/git and isExecutableBy: any judges that it is there',
        't.yaml:6:5: the command test "where" cannot be judged without running "which"; ' +
          '"fileExistenceTests" with path: /usr/bin/node and isExecutableBy: any judges that it is there',
        't.yaml:9:5: the command test "not running as root" cannot be judged without running "/usr/bin/id"; ' +
          '"user" in "metadataTest" judges whom programs run as',
        't.yaml:10:5: the command test "release" cannot be judged without running "cat"; ' +
          '"fileContentTests" with path: /etc/os-release judges what it holds',
      ],
    ],
    [
      "every mistake of a file",
      `schemaVersion: "2.0.0"
fileExistenceTest: []
metadataTest:
  envVars: [{ key: A, value: "(?=b)", isRegex: true }, { value: b }]
  envVar: []
  exposedPorts: ["80/tcp"]
  unboundEnvVars: [{ key: A, value: b }]
fileExistenceTests:
  - { name: a, path: /a$, permissions: -rwsr-xr-x }
  - { name: b, path: /b, isExecutableBy: all, uid: root, sholdExist: true }
  - { path: /c }
fileContentTests:
  - { name: c, path: /c, expectedContents: ["[a"], excludedContents: x }
`,
      [
        't.yaml:2:1: unknown field "fileExistenceTest" (Did you mean "fileExistenceTests"?)',
        't.yaml:4:13: the expression "(?=b)" cannot be used: it has "(?=b", which Go does not have',
        't.yaml:4:56: the field "key" is missing in "metadataTest.envVars"',
        't.yaml:5:3: unknown field "envVar" in "metadataTest" (Did you mean "envVars"?)',
        't.yaml:6:18: "metadataTest.exposedPorts" must be a port without its protocol, such as "8080", not the text "80/tcp"',
        't.yaml:7:37: a variable that must not be set has no "value"',
        't.yaml:9:22: "fileExistenceTests.path" must be a path, in which "$" only stands before the name of a variable, ' +
          'not the text "/a$"',
        't.yaml:9:40: "fileExistenceTests.permissions" must be permissions in Go\'s notation, such as "-rwxr-xr-x", ' +
          '"drwxr-xr-x", "Lrwxrwxrwx", "urwxr-xr-x" (setuid) or "dtrwxrwxrwx" (sticky), not the text "-rwsr-xr-x"',
        't.yaml:10:42: "fileExistenceTests.isExecutableBy" must be owner, group, other or any, not the text "all"',
        't.yaml:10:52: "fileExistenceTests.uid" must be a whole number from 0 to 4294967295, not the text "root"',
        't.yaml:10:58: unknown field "sholdExist" in "fileExistenceTests" (Did you mean "shouldExist"?)',
        't.yaml:11:5: the field "name" is missing in "fileExistenceTests"',
        't.yaml:13:45: the expression "[a" cannot be used: it has a "[" without its "]"',
        't.yaml:13:70: "fileContentTests.excludedContents" must be a list, not the text "x"',
      ],
    ],
  ] as const) {
    test(`refuses ${why}`, () => assert.deepEqual(messages(yaml), problems));
  }

  test("of commands only the program is looked at, if that is asked for", () => {
    const { value, problems } = read(
      `schemaVersion: 2.0.0
commandTests:
  - { name: git, command: git, exitCode: 2 }
  - { name: gunicorn, command: gunicorn, setup: [[pip, install, gunicorn]] }
  - { name: path, command: x, envVars: [{ key: PATH, value: /opt }] }
  - { name: variable, command: $HOME/x }
`,
      "programs",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      value?.commands.map(({ command, obstacle }) => [command, obstacle]),
      [
        ["git", undefined],
        ["gunicorn", 'its "setup" may make the program'],
        ["x", 'it sets "PATH"'],
        ["$HOME/x", "its program is named by a variable"],
      ],
    );
  });

  test("a command that is misspelt is refused in either way", () => {
    assert.deepEqual(messages("schemaVersion: 2.0.0\ncommandTests: [{ name: a, comand: b }]\n", "programs"), [
      't.yaml:2:16: the field "command" is missing in "commandTests"',
      't.yaml:2:27: unknown field "comand" in "commandTests" (Did you mean "command"?)',
    ]);
  });
});

function read(yaml: string, mode: CommandMode = "refuse"): ReturnType<typeof readStructureConfiguration> {
  return readStructureConfiguration(Buffer.from(yaml), "t.yaml", mode);
}

function messages(yaml: string, mode?: CommandMode): readonly string[] {
  return read(yaml, mode)
    .problems.map((problem) => {
      assert.equal(problem.kind, "input");
      const cure = problem.cure === undefined ? "" : ` (${problem.cure})`;
      return { ...problem.position!, text: problem.message.replace("Cannot read structure test: ", "") + cure };
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
    .map(({ text, ...position }) => `${formatPosition(position)}: ${text}`);
}
