/** A configuration, and whether it is right; apko has to agree, except where `apko` says otherwise and why. */
export interface ConfigurationCase {
  readonly title: string;
  readonly text: string;
  readonly isValid: boolean;
  /** Where we differ from apko on purpose: the reason. */
  readonly differs?: string;
}

const head = "contents:\n  repositories: [r]\n";

/** What every reader of image configurations has to agree about. */
export const configurationCases: readonly ConfigurationCase[] = [
  { title: "nothing but a repository", text: head, isValid: true },
  { title: "an empty file", text: "", isValid: false },
  { title: "comments alone", text: "# contents\n", isValid: false },
  { title: "text alone", text: "contents\n", isValid: false },
  { title: "a list", text: "- contents\n", isValid: false },
  { title: "a second document is ignored", text: `${head}---\nbogus: [\n`, isValid: true },
  { title: "a document start", text: `---\n${head}`, isValid: true },
  { title: "flow style", text: "{contents: {repositories: [r], packages: [a, b]}}", isValid: true },
  { title: "CRLF line ends", text: head.replaceAll("\n", "\r\n"), isValid: true },
  { title: "a byte order mark", text: `\ufeff${head}`, isValid: true },
  { title: "no newline at the end", text: head.trimEnd(), isValid: true },
  { title: "a tab for indentation", text: "contents:\n\trepositories: [r]\n", isValid: false },
  { title: "a control character", text: `${head}cmd: "a\u0007b"\n`, isValid: false },
  { title: "an open quote", text: `${head}cmd: 'a\n`, isValid: false },
  { title: "a list that is not closed", text: `${head}volumes: [a\n`, isValid: false },
  { title: "two values on a line", text: `${head}cmd: a: b\n`, isValid: false },
  { title: "plain text that begins with @", text: "contents:\n  repositories:\n    - @local r\n", isValid: false },
  { title: "quoted text that begins with @", text: 'contents:\n  repositories:\n    - "@local r"\n', isValid: true },
  {
    title: "a label without a repository",
    text: 'contents:\n  repositories: ["@local"]\n',
    isValid: false,
    differs: "apko says so when it reads the indexes",
  },

  { title: "every field", text: everyField(), isValid: true },
  { title: "an unknown field", text: `${head}bogus: 1\n`, isValid: false },
  { title: "an unknown field below", text: `${head}  package: [a]\n`, isValid: false },
  {
    title: "an unknown field of a list's element",
    text: paths("{path: /a, type: directory, mode: 1}"),
    isValid: false,
  },
  { title: "a field in other letters", text: `${head}Cmd: a\n`, isValid: false },
  { title: "a duplicate key", text: `${head}cmd: a\ncmd: b\n`, isValid: false },
  { title: "a duplicate key below", text: `${head}  packages: [a]\n  packages: [b]\n`, isValid: false },
  { title: "a duplicate key of a map", text: `${head}environment: {A: b, A: b}\n`, isValid: false },
  { title: "a value without a key", text: `${head}: 1\n`, isValid: false },
  { title: "a value without a key in flow style", text: `${head}environment: {A: a, : b}\n`, isValid: false },
  { title: "keys without a name are ignored", text: `${head}~: 1\n`, isValid: true },

  { title: "text where a list should be", text: `${head}  packages: a\n`, isValid: false },
  { title: "a mapping where a list should be", text: `${head}  packages: {a: b}\n`, isValid: false },
  { title: "a list where text should be", text: `${head}cmd: [a]\n`, isValid: false },
  { title: "a mapping where text should be", text: `${head}cmd: {a: b}\n`, isValid: false },
  { title: "text where a mapping should be", text: `${head}entrypoint: /bin/sh\n`, isValid: false },
  { title: "a list where a mapping should be", text: `${head}environment: [A=b]\n`, isValid: false },
  { title: "a mapping as an element", text: `${head}  packages:\n    - a: b\n`, isValid: false },
  { title: "a list as an element", text: `${head}  packages:\n    - [a]\n`, isValid: false },
  { title: "a mapping as a value of a map", text: `${head}environment:\n  A: {b: c}\n`, isValid: false },
  {
    title: "nothing at all for each field",
    text: `${head}entrypoint:\naccounts:\npaths:\nenvironment:\ncmd:\n`,
    isValid: true,
  },
  {
    title: "nothing for an element is dropped",
    text: `${head}  packages:\n    - a\n    -\n    - ~\n    - null\n`,
    isValid: true,
  },
  { title: "nothing for a value of a map is empty", text: `${head}environment:\n  A:\n  B: ~\n`, isValid: true },
  {
    title: "numbers, truth values and dates as text",
    text: `${head}environment: {A: 1.10, B: 0x1F, C: true, D: 2020-01-01, E: 1_000, F: .inf, G: 012, H: yes, I: 1e3}\n`,
    isValid: true,
  },
  { title: "numbers as packages", text: `${head}  packages: [1.10, 007]\n`, isValid: true },
  {
    title: "block text",
    text: `${head}entrypoint:\n  shell-fragment: |\n    a\n    b\n  command: >-\n    c\n    d\n`,
    isValid: true,
  },
  { title: "escapes in quotes", text: `${head}environment: {A: "a\\tb\\u00e9\\x41", B: 'it''s'}\n`, isValid: true },
  { title: "text over several lines", text: `${head}cmd: a\n  b\n  c\nwork-dir: "/a\n  b"\n`, isValid: true },

  ...numberCases([
    ["0", true],
    ["1000", true],
    ["4294967295", true],
    ["4294967296", false],
    ["-1", false],
    ["+7", true],
    ["0x10", true],
    ["0X10", true],
    ["0o17", true],
    ["017", true],
    ["0b11", true],
    ["1_000", true],
    ["08", true],
    ["1e3", true],
    ["1.0", true],
    ["2020-01-01", false],
    ['"5"', false],
    ["five", false],
    ["true", false],
    ["!!int '5'", true],
    ["!!str 5", false],
    ["!!int five", false],
    ["!!float 5", true],
  ]),
  {
    title: "a number with a fraction for a uid",
    text: users("uid: 1.5"),
    isValid: false,
    differs: "apko cuts it to 1",
  },
  ...["true", "True", "yes", "on", "Y", '"yes"', "false", "off", "n", "No"].map((word) => recursive(word, true)),
  ...["1", "maybe", "tRue", "''", "[]"].map((word) => recursive(word, false)),

  { title: "an alias", text: `${head}cmd: &x a\nwork-dir: *x\n`, isValid: true },
  { title: "an alias of a list", text: `${head}  packages: &x [a]\nvolumes: *x\n`, isValid: true },
  { title: "an alias of the wrong type", text: `${head}  packages: &x [a]\ncmd: *x\n`, isValid: false },
  { title: "an alias without an anchor", text: `${head}cmd: *x\n`, isValid: false },
  { title: "an alias before its anchor", text: `${head}cmd: *x\nwork-dir: &x a\n`, isValid: false },
  {
    title: "an anchor that is set again",
    text: `${head}cmd: &x a\nwork-dir: *x\nvcs-url: &x b\nstop-signal: *x\n`,
    isValid: true,
  },
  { title: "keys without values in flow style", text: `${head}environment: {A, B: b, C}\n`, isValid: true },
  { title: "a merge key without a value", text: `${head}environment: {<<, B: b}\n`, isValid: false },
  { title: "a merge key", text: `${head}environment: &e {A: a}\nannotations: {<<: *e, B: b}\n`, isValid: true },
  {
    title: "a merge key: the own key wins",
    text: `${head}environment: &e {A: a}\nannotations: {<<: *e, A: b}\n`,
    isValid: true,
  },
  {
    title: "a merge key with a list: the first wins",
    text: `${head}environment: &e {A: a}\nannotations: {<<: [{A: x, C: c}, *e], B: b}\n`,
    isValid: true,
  },
  { title: "a merge key in a struct", text: users("<<: {uid: 5, gid: 6}\n      gid: 7"), isValid: true },
  { title: "a merge key with an unknown field", text: users("uid: 5\n      <<: {bogus: 6}"), isValid: false },
  { title: "a merge key with text", text: `${head}annotations: {<<: a}\n`, isValid: false },
  { title: "a value that contains itself", text: `${head}annotations: &a {<<: *a}\n`, isValid: false },
  { title: "binary text", text: `${head}cmd: !!binary aGVsbG8=\n`, isValid: true },
  { title: "broken binary text", text: `${head}cmd: !!binary a\n`, isValid: false },
  { title: "an unknown tag", text: `${head}cmd: !mine a\n`, isValid: true },

  { title: "a user without a name", text: `${head}accounts:\n  users:\n    - uid: 5\n`, isValid: false },
  {
    title: "a user whose name is empty",
    text: `${head}accounts:\n  users:\n    - {username: "", uid: 5}\n`,
    isValid: false,
  },
  { title: "a user without a uid", text: users(""), isValid: false },
  { title: "a user with uid 0", text: users("uid: 0"), isValid: false },
  { title: "a group without a name", text: `${head}accounts:\n  groups:\n    - gid: 5\n`, isValid: false },
  {
    title: "a group whose name is empty",
    text: `${head}accounts:\n  groups:\n    - {groupname: ""}\n`,
    isValid: false,
  },
  { title: "a group without a gid", text: `${head}accounts:\n  groups:\n    - groupname: a\n`, isValid: true },
  { title: "a runtime key", text: runtimeKeys("{name: a.rsa.pub, content: x}"), isValid: true },
  { title: "a runtime key without a name", text: runtimeKeys("{content: x}"), isValid: false },
  { title: "a runtime key without content", text: runtimeKeys("{name: a}"), isValid: false },
  { title: "a runtime key whose content is empty", text: runtimeKeys("{name: a, content: ''}"), isValid: false },
  { title: "a runtime key outside of its folder", text: runtimeKeys("{name: ../a, content: x}"), isValid: false },
  { title: "a hidden runtime key", text: runtimeKeys("{name: .a, content: x}"), isValid: false },
  { title: "a runtime key twice", text: runtimeKeys("{name: a, content: x}, {name: a, content: y}"), isValid: false },
  { title: "a certificate", text: certificates("{name: a.crt, content: x}"), isValid: true },
  { title: "a certificate without a name", text: certificates("{content: x}"), isValid: false },
  { title: "a certificate with a bad name", text: certificates("{name: a/b, content: x}"), isValid: false },

  {
    title: "a path without a type",
    text: paths("{path: /a}"),
    isValid: false,
    differs: "apko says so when it builds",
  },
  {
    title: "an unknown type of a path",
    text: paths("{path: /a, type: directry}"),
    isValid: false,
    differs: "apko says so when it builds",
  },
  {
    title: "an unknown strategy for layers",
    text: `${head}layering: {strategy: orign, budget: 3}\n`,
    isValid: false,
    differs: "apko says so when it builds",
  },

  { title: "architectures either way", text: `${head}archs: [x86_64, arm64, armv7, riscv64]\n`, isValid: true },
  {
    title: "an unknown architecture",
    text: `${head}archs: [x86_46]\n`,
    isValid: false,
    differs: "apko takes it, and finds no index for it",
  },
  {
    title: "an architecture twice",
    text: `${head}archs: [amd64, x86_64]\n`,
    isValid: false,
    differs: "apko says so when it begins with it for the second time, in words of its own",
  },
  {
    title: "a field of newer versions of apko",
    text: `${head}format: erofs\n`,
    isValid: true,
    differs: "apko 1.2.30 does not know it, newer ones do",
  },
];

function everyField(): string {
  return `contents:
  build_repositories: [b/]
  runtime_repositories: [https://example.test/os//]
  repositories: [r]
  keyring: []
  packages: [a, "b>=1.2", c~3, d@label, e=1.2.3-r4@label, "f<2", "g>1", "h<=1_rc1"]
entrypoint:
  type: service-bundle
  command: /bin/sh
  services: {a: b}
cmd: -c
stop-signal: SIGTERM
work-dir: /
accounts:
  run-as: 65532
  users:
    - {username: a, uid: 1, gid: 2, shell: /bin/sh, homedir: /a}
  groups:
    - {groupname: a, gid: 1, members: [a]}
archs: [amd64]
environment: {A: b}
paths:
  - {path: /a, type: directory, uid: 1, gid: 2, permissions: 0o755, source: /b, recursive: true}
vcs-url: https://example.test
annotations: {a: b}
volumes: [/v]
layering: {strategy: origin, budget: 10}
certificates:
  additional: []
  providers: [p]
`;
}

function users(fields: string): string {
  return `${head}accounts:\n  users:\n    - username: a\n      ${fields}\n`;
}

function numberCases(cases: readonly (readonly [written: string, isValid: boolean])[]): readonly ConfigurationCase[] {
  return cases.map(([written, isValid]) => {
    const text = `${head}accounts:\n  groups:\n    - groupname: a\n      gid: ${written}\n`;
    return { title: `${written} for a gid`, text, isValid };
  });
}

function recursive(word: string, isValid: boolean): ConfigurationCase {
  const text = paths(`{path: /a, type: permissions, recursive: ${word}}`);
  return { title: `${word} for a truth value`, text, isValid };
}

function paths(path: string): string {
  return `${head}paths:\n  - ${path}\n`;
}

function runtimeKeys(keys: string): string {
  return `${head}  runtime_keyring: [${keys}]\n`;
}

function certificates(additional: string): string {
  return `${head}certificates:\n  additional: [${additional}]\n`;
}
