import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ImageChanges, PackageChange, PackageFacts } from "../changes/compare-images.ts";
import { describeDiffs, describeStat } from "./describe-diff.ts";
import { describeMarkdown } from "./describe-markdown.ts";
import type { ImageDiff } from "./diff-images.ts";

suite("describeDiffs(), describeMarkdown()", () => {
  test("say nothing where nothing differs", () => {
    const same: ImageDiff = { ...imageOf("app", {}), result: "unchanged" };
    assert.deepEqual([describeDiffs([same]), describeStat([same])], [[], []]);
    assert.equal(describeMarkdown([same]), "No image differs.\n");
    assert.equal(describeMarkdown([]), "No image differs.\n");
  });

  test("say where it is, where that is not everywhere", () => {
    const image = imageOf("app", { packages: [added("a"), { ...added("ld-arm"), sizes: [sizeIn("aarch64")] }] });
    assert.deepEqual(textOf(image), [
      "app",
      "  x86_64, aarch64            installed  download",
      "    + a              1.0-r0    +2.0 kB   +1.0 kB",
      "    + ld-arm         1.0-r0    +2.0 kB   +1.0 kB  aarch64",
      "    in all, x86_64             +2.0 kB   +1.0 kB",
      "    in all, aarch64                  ?         ?",
      "    kept 3",
    ]);
    assert.match(describeMarkdown([image]), /\n\| added \| `a` \| .*\n\| added \| `ld-arm` \(aarch64\) \| 1\.0-r0 \|/);
    assert.match(describeMarkdown([image]), /^2 added · installed \+2\.0 kB \/ \? · .* · x86_64 \/ aarch64$/m);
  });

  test("wrap the names of many sub-packages at 80 columns", () => {
    const names = Array.from({ length: 12 }, (_, at) => `perl-module-${at + 10}`);
    const image = imageOf("app", { packages: names.map((name) => added(name, { origin: "perl" })) });
    const lines = textOf(image).filter((line) => line.startsWith("      "));
    assert.equal(lines.join(" ").replaceAll(/ +/g, " ").trim(), `with ${names.slice(1).join(", ")}`);
    assert.equal(lines.length, 3);
    for (const line of lines) assert.ok(line.length <= 80 && line.startsWith("      "), line);
  });

  test("tell images once that changed alike, with what each kept", () => {
    const [one, other] = ["one", "other"].map((name, at) => imageOf(name, { packages: [added("a")] }, at + 1));
    const third = imageOf("third", { packages: [added("b")] });
    const texts = describeDiffs([one!, third, other!]).map(({ text }) => text);
    assert.deepEqual(
      texts.filter((text) => /^\S|kept/.test(text)),
      ["one, other", "    kept 1, 2", "third", "    kept 3"],
    );
    assert.equal(describeStat([one!, third, other!]).length, 4, "but --stat has a line for each");
    assert.deepEqual(describeMarkdown([one!, third, other!]).match(/^### .*$/gm), [
      "### `one`, `other`",
      "### `third`",
    ]);
  });

  test("fold long tables and long lists of settings, in Markdown", () => {
    const packages = Array.from({ length: 16 }, (_, at) => added(`p${at}`));
    const settings = packages.map((_, at) => ({ path: "environment.A", from: undefined, to: `${at}` }));
    const long = describeMarkdown([imageOf("app", { packages, settings })]);
    assert.match(long, /\n\n<details><summary>16 lines<\/summary>\n\n\| {2}\| Package \|/);
    assert.match(
      long,
      /\| \+1\.0 kB \|\n\n<\/details>\n\n<details><summary>Configuration: 16 changes<\/summary>\n\n- /,
    );
    const short = describeMarkdown([imageOf("app", { packages: packages.slice(1), settings: settings.slice(1) })]);
    assert.doesNotMatch(short, /details/);
  });

  test("show settings in a line each, whatever is in them", () => {
    const settings = [
      { path: "environment.A", from: undefined, to: "`|*\n</details>" },
      { path: "annotations.b", from: "x".repeat(150), to: `${"x".repeat(150)}y` },
      { path: "cmd", from: "[a](b) <c>", to: undefined },
    ];
    const image = imageOf("app", { settings });
    assert.deepEqual(textOf(image), [
      "app",
      "  configuration",
      '    + environment.A: "`|*\\n</details>"',
      "    ~ annotations.b: is another text",
      "    - cmd: [a](b) <c>",
    ]);
    assert.equal(
      describeMarkdown([image]),
      "### `app`\n\n**Configuration: 3 changes**\n\n" +
        "- `environment.A` added: <code>&#34;&#96;&#124;&#42;&#92;n&#60;&#47;details&#62;&#34;</code>\n" +
        "- `annotations.b` is another text\n- `cmd` removed: `[a](b) <c>`\n",
    );
  });

  test("tell keys and repositories once, also where no configuration is at hand", () => {
    const sources: ImageChanges["sources"] = {
      isConfigurationChanged: true,
      keys: { added: ["http://a.test/k"], removed: [], replaced: ["http://b.test/k"] },
      repositories: { added: [{ list: "repositories", url: "http://a.test" }], removed: [] },
    };
    const settings = [
      { path: "contents.repositories", from: undefined, to: "http://a.test" },
      { path: "contents.keyring", from: undefined, to: "http://a.test/k" },
    ];
    assert.deepEqual(textOf(imageOf("app", { sources, settings })), [
      "app",
      "  ~ key http://b.test/k is another",
      "  configuration",
      "    + contents.repositories: http://a.test",
      "    + contents.keyring: http://a.test/k",
    ]);
    const unknown = imageOf("app", { sources, settings: undefined, packages: [added("a")] });
    const lines = textOf(unknown);
    assert.deepEqual(lines.slice(1, 4), [
      "  + repository http://a.test",
      "  + key http://a.test/k",
      "  ~ key http://b.test/k is another",
    ]);
    assert.equal(lines.at(-1), "  the configuration changed; what in it is not at hand");
    assert.match(
      describeMarkdown([unknown]),
      /\n- repository added: `http:\/\/a\.test`\n- key added: `http:\/\/a\.test\/k`\n- \*\*key is another\*\*: `http:\/\/b\.test\/k`\n- It changed, and what in it is not at hand\.\n$/,
    );
  });
});

function imageOf(name: string, changes: Partial<ImageChanges>, keptCount = 3): ImageDiff {
  const unchanged: ImageChanges = {
    architectures: [
      { ...sizeIn("x86_64"), keptCount },
      { architecture: "aarch64", installedBytes: undefined, downloadBytes: undefined, keptCount },
    ],
    packages: [],
    sources: {
      isConfigurationChanged: false,
      keys: { added: [], removed: [], replaced: [] },
      repositories: { added: [], removed: [] },
    },
    settings: [],
  };
  return { name, result: "changed", changes: { ...unchanged, ...changes } };
}

function added(name: string, facts: Partial<PackageFacts> = {}): PackageChange {
  const to = { name, version: "1.0-r0", origin: name, license: "MIT", ...facts };
  return { kind: "added", from: undefined, to, sizes: [sizeIn("x86_64"), sizeIn("aarch64")] };
}

function sizeIn(architecture: string): PackageChange["sizes"][number] {
  return { architecture, installedBytes: 2000, downloadBytes: 1000 };
}

function textOf(image: ImageDiff): readonly string[] {
  return describeDiffs([image]).map(({ text }) => text);
}
