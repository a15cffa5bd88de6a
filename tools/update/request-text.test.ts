import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import type { ImageDiff } from "../diff/diff-images.ts";
import { REQUEST_TITLE, requestText, type RequestTextOptions } from "./request-text.ts";

suite("requestText()", () => {
  test("says what is not checked, and never that it has nothing", () => {
    const { title, body } = requestText(options({}));
    assert.equal(title, REQUEST_TITLE);
    assert.match(body, /^\*\*1 image\*\* · packages: 1 updated · vulnerabilities: not checked\n/);
    assert.match(body, /^\| `app` \| 1 updated \| \+1 bytes \| not checked \| not checked \|$/m);
    assert.match(body, /^## Vulnerabilities\n\nNot checked\.\n\n- not checked: Cannot read &#60;feed&#62;$/m);
  });

  test("shows the reasons of failures as they are, whatever is in them", () => {
    const problem = new WolfiError("X", "Cannot lock: <b>@team</b>", {
      details: ["```", "# not a heading"],
      cure: "Mend",
    });
    const { body } = requestText(options({ failed: [{ image: "a`b", problems: [problem] }] }));
    const failure = body.slice(body.indexOf("## 1 failure"), body.indexOf("## Images"));
    assert.match(
      failure,
      /- <code>a&#96;b<\/code>\n\n {2}````text\n {2}Cannot lock: <b>@team<\/b>\n {4}```\n {4}# not a heading\n {4}Mend\n {2}````\n/,
    );
  });

  test("lists what is held back", () => {
    const heldBack = [
      { name: "jq", locked: "1-r0", newest: "2-r0", by: "jq<2", places: ["i/app.yaml:5:7"], images: ["app", "web"] },
      { name: "curl", locked: "1-r0", newest: "2_rc1-r0", by: undefined, places: [], images: ["app"] },
    ];
    const { body } = requestText(options({ heldBack }));
    assert.match(
      body,
      /^## Held back\n[^]*^\| `jq` \| 1-r0 \| 2-r0 \| `jq<2`, `i\/app\.yaml:5:7` \| `app`, `web` \|$/m,
    );
    assert.match(body, /^\| `curl` \| 1-r0 \| 2\\_rc1-r0 \| what other packages need \| `app` \|$/m);
  });

  for (const maxLength of [3000, 20_000, 65_536]) {
    test(`fits into ${maxLength} characters: failures and the manual stay, the last sections go`, () => {
      const problem = new WolfiError("X", `Cannot lock: ${"x".repeat(3000)}`);
      const failed = Array.from({ length: 60 }, (_, at) => ({ image: `i${at}`, problems: [problem] }));
      const diffs = Array.from({ length: 400 }, (_, at) => diffOf(`app${at}`, at));
      const { body } = requestText(options({ diffs, failed, maxLength }));
      assert.ok(body.length <= maxLength - 200, String(body.length));
      assert.match(body, /^## 60 failures$/m);
      assert.match(body, /^- `i59`$/m);
      assert.match(body, /^\d+ sections more would be too long for this text: `wolfi diff --markdown main\.\.\.`/m);
      assert.match(body, /## By hand\n[^]*bazel run \/\/tools:update -- --branch 'main'[^]*```\n$/);
    });
  }
});

function options(given: Partial<RequestTextOptions>): RequestTextOptions {
  return {
    branch: "main",
    diffs: [diffOf("app", 1)],
    failed: [],
    scan: { images: [], feeds: [], problems: [new WolfiError("X", "Cannot read <feed>")] },
    heldBack: [],
    lockCommand: "bazel run //tools:lock",
    maxLength: 65_536,
    ...given,
  };
}

function diffOf(name: string, bytes: number): ImageDiff {
  const size = { architecture: "x86_64", installedBytes: bytes, downloadBytes: 0 };
  const facts = { name: "openssl", origin: "openssl", license: "MIT" };
  const none = { added: [], removed: [] };
  return {
    name,
    result: "changed",
    changes: {
      architectures: [{ ...size, keptCount: 3 }],
      packages: [
        {
          kind: "upgrade",
          from: { ...facts, version: "1-r0" },
          to: { ...facts, version: "2-r0" },
          sizes: [size],
        },
      ],
      sources: { keys: { ...none, replaced: [] }, repositories: none, isConfigurationChanged: false },
      settings: [],
    },
  };
}
