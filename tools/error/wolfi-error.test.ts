import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatPosition, redactUrl, WolfiError } from "./wolfi-error.ts";

suite("WolfiError", () => {
  test("keeps code, kind, position, cure and cause apart from the message", () => {
    const cause = new Error("disk full");
    const position = { file: "wolfi-images/gitserver.yaml", line: 4, column: 3 };
    const error = new WolfiError("UNKNOWN_FIELD", 'Cannot read image configuration: unknown field "keyrings"', {
      kind: "input",
      position,
      cure: 'Did you mean "keyring"?',
      cause,
    });
    assert.equal(error.message, 'Cannot read image configuration: unknown field "keyrings"');
    assert.equal(error.code, "UNKNOWN_FIELD");
    assert.equal(error.kind, "input");
    assert.deepEqual(error.position, position);
    assert.equal(error.cure, 'Did you mean "keyring"?');
    assert.equal(error.cause, cause);
  });

  test("is data for scripts: all but its cause and stack", () => {
    const details = ["a", "b"];
    const error = new WolfiError("UNSATISFIABLE", "Cannot lock", { details, apko: "nothing", cause: new Error("x") });
    assert.equal(
      JSON.stringify([error]),
      '[{"code":"UNSATISFIABLE","kind":"work","message":"Cannot lock","details":["a","b"],"apko":"nothing"}]',
    );
  });

  test("keeps what with() does not change", () => {
    const error = new WolfiError("CODE", "Cannot lock", {
      kind: "input",
      details: ["a"],
      apko: "nothing",
      cure: "Wait",
    });
    const position = { file: "a.yaml" };
    const changed = error.with({ position, cure: "Go on" });
    const { code, message, kind, details, apko, cure, cause } = changed;
    assert.deepEqual(
      { code, message, kind, position: changed.position, details, apko, cure },
      { code: "CODE", message: "Cannot lock", kind: "input", position, details: ["a"], apko: "nothing", cure: "Go on" },
    );
    assert.equal(cause, error);
    assert.equal(error.with({ message: "Cannot write" }).message, "Cannot write");
  });

  test("is a failure of the work unless it says otherwise, and has no cause of its own", () => {
    const error = new WolfiError("FETCH_FAILED", "Cannot fetch index: connection refused");
    assert.equal(error.kind, "work");
    assert.equal("cause" in error, false);
  });
});

suite("formatPosition()", () => {
  for (const [position, text] of [
    [{ file: "a.yaml" }, "a.yaml"],
    [{ file: "a.yaml", line: 4 }, "a.yaml:4"],
    [{ file: "a.yaml", line: 4, column: 3 }, "a.yaml:4:3"],
  ] as const) {
    test(text, () => assert.equal(formatPosition(position), text));
  }
});

suite("redactUrl()", () => {
  for (const [text, redacted, why] of [
    ["GET https://me:secret@host.test/os", "GET https://host.test/os", "user and password go"],
    ["https://token@host.test:8443/a?b=c", "https://host.test:8443/a?b=c", "a user alone goes, the port stays"],
    ["https://me:p@ss@host.test/os", "https://host.test/os", "an unescaped @ belongs to the password"],
    ['"http://a:b@h.test" and "http://c:d@i.test"', '"http://h.test" and "http://i.test"', "every URL of a text"],
    ["https://host.test/a@b", "https://host.test/a@b", "an @ in the path stays"],
    ["me@host.test", "me@host.test", "no URL"],
  ] as const) {
    test(`${why}: ${redacted}`, () => assert.equal(redactUrl(text), redacted));
  }
});
