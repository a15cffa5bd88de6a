import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import { lockedPackage, lockfileOf } from "../apko/testing/sample-lockfile.ts";
import { writeLockfile } from "../apko/write-lockfile.ts";
import { formatPosition, type WolfiError } from "../error/wolfi-error.ts";
import { checkCurrent } from "./check-current.ts";

const image = {
  configuration: "images/a.yaml",
  lockfile: "images/a.lock.json",
  lockCommand: "bazel run //tools:lock -- a",
};
const main = "include: images/base.yaml\ncontents:\n  packages: [a]\n";
const base = "contents:\n  repositories: [r]\n";

suite("checkCurrent()", () => {
  test("finds nothing where nothing changed", async () => {
    assert.deepEqual(await check(main, base, lock(main + base)), []);
  });

  for (const [why, [configuration, included, lockfile], expected, isMended] of [
    [
      "the configuration changed",
      [`${main}# x\n`, base, lock(main + base)],
      'images/a.lock.json: Cannot use lockfile: "images/a.yaml" or a file that it includes has changed since',
      true,
    ],
    [
      "an included file changed",
      [main, `${base}# x\n`, lock(main + base)],
      'images/a.lock.json: Cannot use lockfile: "images/a.yaml" or a file that it includes has changed since',
      true,
    ],
    [
      "the configuration has CRLF",
      [crlf(main), base, lock(main + base)],
      'images/a.yaml: Cannot use lockfile: it was made from LF line ends, but "images/a.yaml" has CRLF here',
      true,
    ],
    [
      "both have CRLF",
      [crlf(main), crlf(base), lock(main + base)],
      'images/a.yaml: Cannot use lockfile: it was made from LF line ends, but "images/a.yaml", "images/base.yaml" has CRLF here',
      true,
    ],
    [
      "the lockfile was made from CRLF",
      [main, base, lock(crlf(main + base))],
      'images/a.lock.json: Cannot use lockfile: it was made from CRLF line ends, but "images/a.yaml", "images/base.yaml" has LF here',
      true,
    ],
    [
      "CRLF and another change",
      [crlf(`${main}# x\n`), base, lock(main + base)],
      'images/a.lock.json: Cannot use lockfile: "images/a.yaml" or a file that it includes has changed since',
      true,
    ],
    [
      "the lockfile is missing",
      [main, base, undefined],
      "images/a.lock.json: Cannot use lockfile: it does not exist",
      true,
    ],
    ["the lockfile is empty", [main, base, ""], "images/a.lock.json: Cannot use lockfile: it is empty", true],
    [
      "the lockfile is cut off",
      [main, base, lock(main + base).slice(0, 100)],
      "images/a.lock.json:5: Cannot use lockfile: it is cut off",
      true,
    ],
    [
      "the lockfile is in conflict",
      [main, base, `{\n<<<<<<< HEAD\n`],
      "images/a.lock.json:2: Cannot use lockfile: it holds a merge conflict",
      true,
    ],
    [
      "the lockfile is an old one",
      [main, base, JSON.stringify({ version: "v1", contents: { packages: [] } })],
      'images/a.lock.json: Cannot use lockfile: it does not say which "images/a.yaml" it was made from',
      true,
    ],
    [
      "the configuration is wrong",
      [`${main}bogus: 1\n`, base, lock(main + base)],
      'images/a.yaml:4:1: Cannot read image configuration: unknown field "bogus"',
      false,
    ],
  ] as const) {
    test(`says that ${why}`, async () => {
      const problems = await check(configuration, included, lockfile);
      assert.deepEqual(problems.map(describe), [expected]);
      assert.equal(problems[0]?.kind, isMended ? "stale" : "input");
      assert.equal(problems[0]?.cure?.endsWith("un: bazel run //tools:lock -- a") === true, isMended);
    });
  }
});

function check(configuration: string, included: string, lockfile: string | undefined): Promise<readonly WolfiError[]> {
  const files = new Map([
    ["images/a.yaml", configuration],
    ["images/base.yaml", included],
    ["images/a.lock.json", lockfile],
  ]);
  return checkCurrent(image, (path) => {
    const text = files.get(path);
    return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
  });
}

function lock(lockedBytes: string): string {
  const checksum = `sha256-${createHash("sha256").update(lockedBytes).digest("base64")}`;
  return writeLockfile({ ...lockfileOf([lockedPackage("a", "1-r0")]), config: { name: "images/a.yaml", checksum } });
}

function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

function describe({ position, message }: WolfiError): string {
  return `${formatPosition(position!)}: ${message}`;
}
