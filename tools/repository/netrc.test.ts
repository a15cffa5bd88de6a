import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { WolfiError } from "../error/wolfi-error.ts";
import { findLogin, parseNetrc } from "./netrc.ts";

suite("parseNetrc()", () => {
  for (const [why, text, expected] of [
    ["one line", "machine a.test login me password secret", [["a.test", "me", "secret", 1]]],
    ["many lines", "machine a.test\n\tlogin me\r\n  password secret\n", [["a.test", "me", "secret", 1]]],
    ["any order", "machine a.test password secret login me", [["a.test", "me", "secret", 1]]],
    [
      "several, and a default",
      "machine a.test login a password 1\n\nmachine b.test login b password 2\ndefault login c password 3",
      [
        ["a.test", "a", "1", 1],
        ["b.test", "b", "2", 3],
        [undefined, "c", "3", 4],
      ],
    ],
    ["an account, which is not used", "machine a.test login me account x password s", [["a.test", "me", "s", 1]]],
    [
      "a macro up to an empty line",
      "machine a.test login me password s\nmacdef init\ncd /tmp\npassword wrong\n\nmachine b.test login b password 2",
      [
        ["a.test", "me", "s", 1],
        ["b.test", "b", "2", 6],
      ],
    ],
    ["a macro at the end", "macdef init\nmachine a.test password wrong", []],
    [
      "comments",
      "# machine x\nmachine a.test login me # mine\n# password wrong\npassword s",
      [["a.test", "me", "s", 2]],
    ],
    ["a number sign within a word", "machine a.test login me password s#1", [["a.test", "me", "s#1", 1]]],
    [
      "quoted values",
      String.raw`machine "a.test" login "m e" password "s\"\\\n\t#e"`,
      [["a.test", "m e", 's"\\\n\t#e', 1]],
    ],
    ["an empty quoted value", 'machine a.test login me password ""', [["a.test", "me", "", 1]]],
    ["a keyword as a value", "machine login login machine password password", [["login", "machine", "password", 1]]],
    ["words that mean nothing", "port 21 machine a.test port 22 login me password s", [["a.test", "me", "s", 1]]],
    ["a login before any machine", "login me password s", []],
    ["nothing", "", []],
  ] as const) {
    test(`reads ${why}`, () => {
      assert.deepEqual(
        parseNetrc(text, "netrc").map(({ machine, user, password, line }) => [machine, user, password, line]),
        expected,
      );
    });
  }

  for (const [why, text, line, reason] of [
    ["a value is missing", "machine a.test\nlogin me\npassword", 3, "a value is missing at the end of the file"],
    ["a quote is open", 'machine a.test\nlogin me password "secret\nmachine b', 2, "a quote is not closed"],
  ] as const) {
    test(`says where ${why}, and nothing of the file`, () => {
      assert.throws(
        () => parseNetrc(text, "/home/me/.netrc"),
        (error: WolfiError) => {
          assert.equal(error.message, `Cannot read netrc "/home/me/.netrc:${line}": ${reason}`);
          assert.doesNotMatch(String(error.stack), /secret/);
          assert.equal(error.kind, "input");
          return true;
        },
      );
    });
  }
});

suite("findLogin()", () => {
  const entries = parseNetrc(
    "machine a.test login first\nmachine A.Test login second password 2\nmachine a.test login third password 3\ndefault login d password 4",
    "netrc",
  );
  test("takes the first entry of the host that has a password, otherwise the default", () => {
    assert.equal(findLogin(entries, "a.test")?.user, "second");
    assert.equal(findLogin(entries, "b.test")?.user, "d");
    assert.equal(findLogin(entries.slice(0, 3), "b.a.test"), undefined);
  });
});
