import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { withRepository } from "./real-image.ts";

const options = { repository: "/os", labelled: "/labelled", key: "/key.rsa.pub" };

suite("withRepository()", () => {
  test("replaces every item of the lists, and nothing else", () => {
    assert.equal(
      withRepository(
        `# why
contents:
  build_repositories:
    - "secret repository" # here
  repositories:
    # first
    - https://packages.wolfi.dev/os
    - '@local /github/packages'
  keyring:
    - https://packages.wolfi.dev/os/wolfi-signing.rsa.pub
  packages:
    - a # https://packages.wolfi.dev/os

paths:
  - path: /a
`,
        options,
      ),
      `# why
contents:
  build_repositories:
    - "/os" # here
  repositories:
    # first
    - /os
    - '@local /labelled'
  keyring:
    - /key.rsa.pub
  packages:
    - a # https://packages.wolfi.dev/os

paths:
  - path: /a
`,
    );
  });

  test("adds what is missing", () => {
    assert.equal(
      withRepository("contents:\n  packages:\n    - a\n", options),
      "contents:\n  repositories:\n    - /os\n  keyring:\n    - /key.rsa.pub\n  packages:\n    - a\n",
    );
  });

  test("adds nothing where another file is included", () => {
    assert.equal(withRepository("include: a.yaml\ncontents: {}\n", options), "include: a.yaml\ncontents: {}\n");
  });
});
