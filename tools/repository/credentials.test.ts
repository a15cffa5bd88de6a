import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseHttpAuth, separateCredential } from "./credentials.ts";

suite("parseHttpAuth()", () => {
  test("reads the form that apko reads", () => {
    assert.deepEqual(parseHttpAuth("basic:apk.test:me:secret"), { host: "apk.test", user: "me", password: "secret" });
  });

  for (const text of [
    undefined,
    "",
    "basic:apk.test:me",
    "basic:apk.test:8080:me:secret",
    "digest:apk.test:me:secret",
    "bearer",
  ]) {
    test(`ignores ${text}, as apko does`, () => assert.equal(parseHttpAuth(text), undefined));
  }
});

suite("separateCredential()", () => {
  const credentials = [{ host: "apk.test", user: "me", password: "s" }];
  for (const [url, bare, credential, why] of [
    ["http://apk.test/os", "http://apk.test/os", "me:s", "the one given for the host"],
    ["http://a:b@apk.test/os", "http://apk.test/os", "me:s", "the one given before the URL's own"],
    ["http://apk.test:8080/os", "http://apk.test:8080/os", undefined, "none for another port"],
    ["http://a:b@c.test/os", "http://c.test/os", "a:b", "the URL's own"],
    ["http://a%40c:p%3Aw@c.test/", "http://c.test/", "a@c:p:w", "the URL's own, unescaped"],
    ["http://a:100%@c.test/", "http://c.test/", "a:100%", "the URL's own, which is not escaped"],
    ["http://token@c.test/os", "http://c.test/os", "token:", "a user without a password"],
    ["http://c.test/a@b", "http://c.test/a@b", undefined, "none"],
  ] as const) {
    test(`${url}: ${why}`, () => {
      const result = separateCredential(new URL(url), credentials);
      assert.equal(result.url.href, bare);
      const expected = credential === undefined ? undefined : `Basic ${Buffer.from(credential).toString("base64")}`;
      assert.equal(result.authorization, expected);
    });
  }
});
