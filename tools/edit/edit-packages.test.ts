import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { editPackages } from "./edit-packages.ts";
import type { PackageEdit } from "./package-edit.ts";

const add = (entry: string): PackageEdit => ({ kind: "add", entry });
const remove = (entry: string): PackageEdit => ({ kind: "remove", entry });
const replace = (entry: string, by: string): PackageEdit => ({ kind: "replace", entry, by });

suite("editPackages()", () => {
  for (const [why, before, edits, after] of [
    [
      "a sorted list stays sorted, comments stay above what they are about",
      "contents:\n  packages:\n    # a shell\n    - bash\n    # for clones\n    - git # 2\n    - jq\n",
      [add("aria"), add("fd"), add("zsh")],
      "contents:\n  packages:\n    - aria\n    # a shell\n    - bash\n    - fd\n    # for clones\n    - git # 2\n    - jq\n    - zsh\n",
    ],
    [
      "a list without an order gets the entry at its end, before what follows",
      "contents:\n  packages:\n  - tini\n  - bash\n\narchs: [x86_64]\n",
      [add("git>=2.40")],
      "contents:\n  packages:\n  - tini\n  - bash\n  - git>=2.40\n\narchs: [x86_64]\n",
    ],
    [
      "names are sorted, not what stands behind them",
      "contents:\n  packages:\n    - git=2.48.1-r0\n    - git-lfs\n",
      [add("git-daemon"), replace("git=2.48.1-r0", "git=~2.40")],
      "contents:\n  packages:\n    - git=~2.40\n    - git-daemon\n    - git-lfs\n",
    ],
    [
      "a last line without a line ending stays one",
      "contents:\n  packages:\n    - bash",
      [add("git")],
      "contents:\n  packages:\n    - bash\n    - git",
    ],
    [
      "the line before a removed last one",
      "contents:\n  packages:\n    - bash\n    - git",
      [remove("git")],
      "contents:\n  packages:\n    - bash",
    ],
    [
      "CRLF stays CRLF, and a byte order mark stays",
      "\ufeffcontents:\r\n  packages:\r\n    - bash\r\n    - jq\r\narchs: [x86_64]\r\n",
      [add("git"), remove("bash")],
      "\ufeffcontents:\r\n  packages:\r\n    - git\r\n    - jq\r\narchs: [x86_64]\r\n",
    ],
    [
      "quotes are as those of the others, and stay",
      "contents:\n  packages:\n    - 'bash'\n    - 'jq'\ncmd: \"x\"\n",
      [add("git"), replace("jq", "jq=~1.8")],
      "contents:\n  packages:\n    - 'bash'\n    - 'git'\n    - 'jq=~1.8'\ncmd: \"x\"\n",
    ],
    [
      "brackets on one line",
      "contents: {packages: [ bash, jq ], keyring: [a]} # all\n",
      [add("git"), add("zsh"), remove("bash"), add("aria")],
      "contents: {packages: [ aria, git, jq, zsh ], keyring: [a]} # all\n",
    ],
    [
      "brackets on several lines, with a comma at the end",
      'contents:\n  packages: [\n    "bash",\n    "jq",\n  ]\n',
      [add("git"), add("zsh"), remove("bash")],
      'contents:\n  packages: [\n    "git",\n    "jq",\n    "zsh",\n  ]\n',
    ],
    [
      "empty brackets, a single entry",
      "contents:\n  packages: []\n",
      [add("git"), remove("git"), add("jq")],
      "contents:\n  packages: [jq]\n",
    ],
    [
      "a list that is missing",
      "contents:\n    keyring:\n    - k\n    # end\narchs:\n- x86_64\n",
      [add("git"), add("jq")],
      "contents:\n    keyring:\n    - k\n    packages:\n    - git\n    - jq\n    # end\narchs:\n- x86_64\n",
    ],
    [
      "contents that are missing",
      "# What it needs.\ninclude: wolfi-images/base.yaml\n",
      [add("git")],
      "# What it needs.\ninclude: wolfi-images/base.yaml\n\ncontents:\n  packages:\n    - git\n",
    ],
    [
      "contents without a value",
      "contents: # none\narchs: [x86_64]\n",
      [add("git")],
      "contents: # none\n  packages:\n    - git\narchs: [x86_64]\n",
    ],
    [
      "packages without a value, and a null",
      "contents:\n  packages: # none\n  keyring: [k]\n",
      [add("git")],
      "contents:\n  packages: # none\n    - git\n  keyring: [k]\n",
    ],
    ["a null", "contents:\n  packages: ~ # none\n", [add("git")], "contents:\n  packages: [git] # none\n"],
    [
      "the last entry of a list",
      "contents:\n  packages:\n    - git\narchs: [x86_64]\n",
      [remove("git")],
      "contents:\n  packages:\narchs: [x86_64]\n",
    ],
    [
      "an alias for an entry",
      "environment: {A: &a bash}\ncontents:\n  packages:\n    - *a\n    - jq\n",
      [remove("bash"), add("git")],
      "environment: {A: &a bash}\ncontents:\n  packages:\n    - git\n    - jq\n",
    ],
    [
      "an anchor that another list uses stays",
      "contents:\n  packages: &p\n    - bash\n    - jq\n",
      [add("git"), remove("jq")],
      "contents:\n  packages: &p\n    - bash\n    - git\n",
    ],
    [
      "later documents stay",
      "contents:\n  packages:\n    - bash\n---\ncontents:\n  packages:\n    - other\n",
      [add("git"), remove("bash")],
      "contents:\n  packages:\n    - git\n---\ncontents:\n  packages:\n    - other\n",
    ],
    [
      "what YAML may take for something else is quoted",
      "contents:\n  packages:\n    - bash\n",
      [add("y"), add("7zip"), add("@x"), add("a: b")],
      'contents:\n  packages:\n    - "7zip"\n    - "@x"\n    - "a: b"\n    - bash\n    - "y"\n',
    ],
  ] as readonly (readonly [string, string, readonly PackageEdit[], string])[]) {
    test(why, () => {
      const edited = editPackages(Buffer.from(before), "a.yaml", edits);
      assert.equal(Buffer.from(edited).toString(), after);
    });
  }

  for (const [why, text, edit, message, position, cure] of [
    [
      "packages that are another list's",
      "volumes: &l [git]\ncontents:\n  packages: *l\n",
      add("jq"),
      'Cannot edit "a.yaml": "packages" is no list that stands here',
      { file: "a.yaml", line: 3, column: 13 },
      'By hand: write "jq" into the list "packages", and lock',
    ],
    [
      "contents that are merged in",
      "environment: &e {}\ncontents:\n  <<: *e\n",
      add("jq"),
      'Cannot edit "a.yaml": "packages" may come in by the merge key "<<"',
      { file: "a.yaml", line: 3, column: 3 },
      'By hand: write "jq" into the list "packages", and lock',
    ],
    [
      "a list that others take over",
      "contents:\n  packages: &l [git, jq]\nvolumes: *l\n",
      remove("jq"),
      'Cannot edit "a.yaml": other parts of it would change too',
      { file: "a.yaml" },
      'By hand: take "jq" out of "packages", and lock',
    ],
    [
      "an entry that others take over",
      "contents:\n  packages:\n    - &g git\n    - jq\nvolumes: [*g]\n",
      replace("git", "git>=2"),
      'Cannot edit "a.yaml": other parts of it would change too',
      { file: "a.yaml" },
      'By hand: write "git>=2" for "git", and lock',
    ],
    [
      "an entry over several lines",
      "contents:\n  packages:\n    - jq\n    - >-\n      git\n",
      remove("git"),
      'Cannot edit "a.yaml": the entry takes more than one line',
      { file: "a.yaml", line: 4, column: 7 },
      'By hand: take "git" out of "packages", and lock',
    ],
    [
      "comments between brackets",
      "contents:\n  packages: [\n    git, # a\n    jq\n  ]\n",
      add("bash"),
      'Cannot edit "a.yaml": there are comments between the brackets',
      { file: "a.yaml", line: 2, column: 13 },
      'By hand: write "bash" into the list "packages", and lock',
    ],
    [
      "a mapping in braces without a list",
      "contents: {keyring: [k]}\n",
      add("bash"),
      'Cannot edit "a.yaml": "packages" is missing in this mapping in braces',
      { file: "a.yaml", line: 1, column: 11 },
      'By hand: write "bash" into the list "packages", and lock',
    ],
  ] as const) {
    test(`refuses ${why}`, () => {
      assert.throws(
        () => editPackages(Buffer.from(text), "a.yaml", [edit]),
        (error) => {
          assert.ok(error instanceof WolfiError);
          assert.deepEqual(
            { ...error.toJSON() },
            {
              code: "NOT_EDITABLE",
              kind: "input",
              message,
              position,
              details: undefined,
              apko: undefined,
              cure,
            },
          );
          return true;
        },
      );
    });
  }
});
