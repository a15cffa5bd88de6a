import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { allBefore } from "../vulnerability/affected-range.ts";
import { readMark, withMark } from "./request-mark.ts";
import { REQUEST_TITLE, requestText, type RequestTextOptions } from "./request-text.ts";
import { sampleImage, type SamplePackage, sampleScan } from "./testing/sample-update.ts";

const nothingKnown = { images: [], feeds: [], problems: [] };

suite("requestText()", () => {
  test("of a few images, with all that there can be", (t) => {
    const arm = { architecture: "aarch64" };
    const curl = { name: "curl", version: "8.14.1-r0" };
    const [newCurl, shell] = [
      { ...curl, version: "8.16.0-r0" },
      { name: "busybox", version: "1.37.0-r40" },
    ];
    const lib = (version: string): SamplePackage => ({ name: "libcurl", origin: "curl", version });
    const own = { name: "team-tool", version: "2-r0", repository: "https://packages.test/os" };
    const samples = [
      sampleImage(
        "app",
        [curl, lib("8.14.1-r0"), shell, own, { ...curl, ...arm, installedBytes: 900_000 }],
        [
          { ...newCurl, installedBytes: 1_052_000, downloadBytes: 410_000 },
          lib("8.16.0-r0"),
          shell,
          { ...own, version: "1-r0", license: "BUSL-1.1" },
          { name: "nghttp2", version: "1.0_rc1-r0", license: "Apache-2.0" },
          { ...newCurl, ...arm, installedBytes: 900_000 },
        ],
      ),
      sampleImage("web", [curl, { ...shell, installedBytes: undefined }], [curl, { ...shell, version: "1.37.0-r41" }]),
      sampleImage("old.one", [curl], [{ ...curl, version: "8.16.0-r0" }]),
      sampleImage("new.one", undefined, [shell]),
      sampleImage("same", [shell], [shell]),
    ];
    const images = samples.map(({ image }) => image);
    const { title, body } = requestText({
      ...options,
      diffs: samples.map(({ diff }) => diff),
      images,
      failed: [{ image: "broken", problems: [new WolfiError("X", 'Cannot lock: nothing provides "x"')] }],
      scan: sampleScan(images, [
        { packageName: "curl", ids: ["CVE-2099-0001"], affected: allBefore("8.16.0-r0"), severity: "high" },
        { packageName: "busybox", ids: ["CVE-2099-0002"], status: "pending_upstream_fix" },
        { packageName: "nghttp2", ids: ["GHSA-2f3g-4h5j-6m7p"], affected: allBefore("1.0-r0") },
        { packageName: "busybox", ids: ["OTHER-1"], affected: allBefore("1.37.0-r41") },
      ]),
      heldBack: [
        {
          name: "jq",
          locked: "1-r0",
          newest: "2-r0",
          by: "jq<2",
          places: [{ file: "i/app.yaml", line: 5, column: 7 }],
          images: ["app", "web"],
        },
        { name: "zlib", locked: "1-r0", newest: "2_rc1-r0", by: undefined, places: [], images: ["app"] },
      ],
      fileUrl: ({ file, line }) => `https://host.test/blob/abc/${file}#L${line}`,
    });
    assert.equal(title, REQUEST_TITLE);
    snapshot(t, "few.md", body);
  });

  test("of forty images that share packages: each has one row", (t) => {
    const names = Array.from({ length: 40 }, (_, at) => `image-${String(at + 1).padStart(2, "0")}`);
    const openssl = (version: string): readonly SamplePackage[] =>
      ["openssl", "libssl3", "libcrypto3"].map((name) => ({ name, version, origin: "openssl" }));
    const samples = names.map((name, at) => {
      const [one, other] = [at < 17, at === 39].map((has) => (has ? 1 : 0)) as [number, number];
      const before = [...openssl("3.6.3-r5"), { name: "git", version: "2.51-r0" }, { name: "only", version: "1-r0" }];
      const after = [
        ...openssl("3.6.4-r0"),
        { name: "git", version: `2.51-r${one}` },
        { name: "only", version: `1-r${other}` },
      ];
      return sampleImage(name, before, after);
    });
    const images = samples.map(({ image }) => image);
    const scan = sampleScan(images, [
      { packageName: "openssl", ids: ["CVE-2099-0001"], affected: allBefore("3.6.4-r0") },
      { packageName: "git", ids: ["CVE-2099-0002"], affected: allBefore("2.51-r1") },
    ]);
    const { body } = requestText({ ...options, diffs: samples.map(({ diff }) => diff), images, scan });
    snapshot(t, "forty.md", body);
    assert.equal(body.split("`openssl`").length, 3, "in the packages, and in what is fixed");
  });

  test("where there is no data: not checked, and never none", (t) => {
    const { image, diff } = sampleImage(
      "app",
      [{ name: "curl", version: "1-r0", installedBytes: undefined }],
      [{ name: "curl", version: "2-r0" }],
    );
    const notChecked = [
      { repository: "https://p.test/<os>", packageCount: 1, reason: "no data is known for it", isAccepted: false },
    ];
    const changes = [
      { architectures: ["x86_64"], fixed: [], fixable: [], unfixed: [], introduced: [], checkedCount: 0, notChecked },
    ];
    const scan = {
      images: [{ name: "app", changes }],
      feeds: [],
      problems: [new WolfiError("X", "Cannot read <feed> of @team, see #12")],
    };
    const { body } = requestText({ ...options, diffs: [diff], images: [image], scan });
    snapshot(t, "no-data.md", body);
  });

  test("where all images fail", (t) => {
    const problem = new WolfiError("X", "Cannot lock: the server does not answer");
    const failed = ["a", "b", "c"].map((image) => ({ image, problems: [problem] }));
    const other = {
      image: "d",
      problems: [new WolfiError("Y", "Cannot read it", { position: { file: "d.yaml", line: 3 } })],
    };
    const { body } = requestText({ ...options, failed: [...failed, other] });
    snapshot(t, "failures.md", body);
  });

  test("says no fix of what is gone without one", () => {
    const { image, diff } = sampleImage("a", [{ name: "x", version: "1-r0" }], [{ name: "y", version: "1-r0" }]);
    const scan = sampleScan([image], [{ packageName: "x", ids: ["CVE-2099-0001"], status: "pending_upstream_fix" }]);
    const { body } = requestText({ ...options, diffs: [diff], images: [image], scan });
    const link = "[CVE-2099-0001](https://nvd.nist.gov/vuln/detail/CVE-2099-0001)";
    const table = ["| Vulnerability | Package | Images |", "| --- | --- | --- |", `| ${link} | \`x\` 1-r0 | \`a\` |`];
    assert.ok(body.includes(`### Fixed: 1\n\n${table.join("\n")}\n\n`), body);
  });

  test("tells what two architectures or images know apart, once", () => {
    const arm = { architecture: "aarch64" };
    const samples = [
      sampleImage("a", [{ name: "x", version: "1-r0", installedBytes: undefined }], [{ name: "x", version: "2-r0" }]),
      sampleImage("b", [{ name: "x", version: "1-r0" }], [{ name: "x", version: "2-r0", installedBytes: 1_000_007 }]),
      sampleImage(
        "c",
        [
          { name: "x", version: "1-r0" },
          { name: "x", version: "1-r0", ...arm },
        ],
        [
          { name: "x", version: "1-r0" },
          { name: "x", version: "2-r0", ...arm },
        ],
      ),
    ];
    const { body } = requestText({
      ...options,
      diffs: samples.map(({ diff }) => diff),
      images: samples.map(({ image }) => image),
    });
    const rows = body.split("\n").filter((line) => line.startsWith("| updated"));
    const link = "[`x`](https://github.com/wolfi-dev/os/commits/main/x.yaml)";
    assert.deepEqual(rows, [
      `| updated | ${link} | 1-r0 | 2-r0 | +7 bytes | \`a\`, \`b\` |`,
      `| updated | ${link} (aarch64) | 1-r0 | 2-r0 | 0 bytes | \`c\` |`,
    ]);
  });

  test("links no package of another repository, and none of which that is not certain", () => {
    const elsewhere = { repository: "https://packages.test/os" };
    const samples = [
      sampleImage(
        "a",
        [],
        [
          { name: "x", version: "1-r0" },
          { name: "y", version: "1-r0", ...elsewhere },
        ],
      ),
      sampleImage(
        "b",
        [],
        [
          { name: "x", version: "1-r0", ...elsewhere },
          { name: "z", version: "1-r0", origin: "../z" },
        ],
      ),
      sampleImage("c", [], [{ name: "w++", version: "1-r0" }]),
    ];
    const { body } = requestText({
      ...options,
      diffs: samples.map(({ diff }) => diff),
      images: samples.map(({ image }) => image),
    });
    assert.deepEqual(
      [...body.matchAll(/https:[^)\s]+/g)].map(([url]) => url),
      ["https://github.com/wolfi-dev/os/commits/main/w%2B%2B.yaml"],
    );
  });

  test("says what has failed as it is: it ends no block, calls nobody and leads nowhere", () => {
    const mark = "<!-- wolfi-update: content=forged foreign=forged -->";
    const problem = new WolfiError("X", `Cannot lock: <b>@team</b> #1 ${mark}`, {
      details: ["```", "</details> | # not a heading"],
      cure: "Mend https://me:secret@a.test/",
    });
    const failed = [{ image: "a`b|@team", problems: [problem] }];
    const body = withMark(requestText({ ...options, failed }).body, { content: "abc" });
    assert.ok(
      body.includes(
        "- <code>a&#96;b&#124;&#64;team</code>\n\n  ````text\n" +
          `  Cannot lock: <b>@team</b> #1 ${mark}\n    \`\`\`\n    </details> | # not a heading\n` +
          "    Mend https://a.test/\n  ````\n",
      ),
      body,
    );
    assert.deepEqual(readMark(body), { content: "abc" });
    assert.equal(withMark(body, { content: "abc" }), body);
  });

  test("tells keys and repositories that are others, and what could not be read", () => {
    const { image, diff } = sampleImage("a", [], [{ name: "x", version: "1-r0" }]);
    const key = "https://packages.test/key|.pub";
    const sources = { ...diff.changes.sources, keys: { added: [key], removed: [], replaced: ["k.pub"] } };
    const changed = { ...diff, changes: { ...diff.changes, sources } };
    const diffs = ["a", "b", "c"].map((name) => ({ ...(name === "b" ? diff : changed), name }));
    const uncompared = [new WolfiError("X", "Cannot read @it", { position: { file: "i/d.lock.json" } })];
    const { body } = requestText({ ...options, diffs, images: [image], uncompared });
    const url = "<code>https&#58;&#47;&#47;packages&#46;test&#47;key&#124;&#46;pub</code>";
    assert.ok(
      body.includes(
        `\n\n## Keys and repositories\n\n- key added: ${url} · \`a\`, \`c\`\n- **key is another**: \`k.pub\` · \`a\`, \`c\`\n\n`,
      ),
      body,
    );
    assert.match(body, /\n## Not compared\n\n.*\n\n```text\ni\/d\.lock\.json: Cannot read @it\n```\n/);
  });

  test("cuts a reason that is long where no character is halved", () => {
    const failed = [{ image: "a", problems: [new WolfiError("X", `Cannot lock: ${"😀".repeat(3000)}`)] }];
    const { body } = requestText({ ...options, failed });
    assert.ok(body.isWellFormed());
    assert.match(body, /\n {2}…\n {2}```\n/);
  });

  for (const maxLength of [5000, 20_000, 65_536, 400_000]) {
    test(`fits into ${maxLength} characters, and counts what is left out`, () => {
      const { body } = requestText({ ...huge(), maxLength });
      const marked = withMark(body, { content: "a".repeat(64), foreign: "b".repeat(40) });
      assert.ok(marked.length <= maxLength, String(marked.length));
      assert.ok(marked.length > 0.8 * Math.min(maxLength, WHOLE_LENGTH), `of ${marked.length} more is of use`);
      assert.deepEqual(readMark(marked), { content: "a".repeat(64), foreign: "b".repeat(40) });
      assert.match(
        body,
        /^\*\*300 images\*\* · \*\*60 failed\*\* · packages: 900 updated · vulnerabilities: 250 fixed, 0 new, 250 still open\n/,
      );
      assert.match(body, /\n## By hand\n[^]*\nbazel run \/\/tools:update -- --branch 'main' [^]*```\n$/);
      for (const [heading, total] of [
        ["## Images", 300],
        ["### Fixed: 250", 250],
        ["### Still open, without a fix: 250", 250],
        ["## Packages", 900],
        ["## Held back", 200],
      ] as const) {
        const start = body.indexOf(`\n${heading}\n`);
        assert.notEqual(start, -1, heading);
        const section = body.slice(start, body.indexOf("\n#", start + 4));
        const shown = section.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---")).length;
        const [, hidden = "0"] =
          /^(\d+) rows? more would be too long for this text: .*`wolfi .*\.$/m.exec(section) ?? [];
        assert.equal(Math.max(shown - 1, 0) + Number(hidden), total, heading);
        assert.equal(section.split("<details>").length, section.split("</details>").length, heading);
      }
      const reasons = body.match(/^ {2}Cannot lock: /gm) ?? [];
      const [, left = ""] = /^Too long for this text are the reasons of (.*): `bazel run .*$/m.exec(body) ?? [];
      const [, others = "0"] = / and (\d+) more$/.exec(left) ?? [];
      assert.equal(reasons.length + (left.match(/`i\d+`/g) ?? []).length + Number(others), 60);
      assert.deepEqual(requestText({ ...huge(), maxLength }).body, body, "the same again");
    });
  }
});

const options: RequestTextOptions = {
  branch: "main",
  diffs: [],
  images: [],
  uncompared: [],
  failed: [],
  scan: nothingKnown,
  heldBack: [],
  fileUrl: () => undefined,
  lockCommand: "bazel run //tools:lock",
  maxLength: 65_536,
};

const WHOLE_LENGTH = 390_000;

/** 300 images with three packages each that no other has, of which some are vulnerable before or after. */
function huge(): RequestTextOptions {
  const samples = Array.from({ length: 300 }, (_, image) => {
    const packages = ["a", "b", "c"].map((letter) => `package-${letter}${image}`);
    const of = (version: string): readonly SamplePackage[] => packages.map((name) => ({ name, version }));
    return sampleImage(`image-${image}`, of("1-r0"), of("2-r0"));
  });
  const images = samples.map(({ image }) => image);
  const ids = Array.from({ length: 250 }, (_, at) => String(at).padStart(4, "0"));
  return {
    ...options,
    diffs: samples.map(({ diff }) => diff),
    images,
    scan: sampleScan(images, [
      ...ids.map((id, at) => ({ packageName: `package-a${at}`, ids: [`CVE-2099-${id}`], affected: allBefore("2-r0") })),
      ...ids.map((id, at) => ({ packageName: `package-b${at}`, ids: [`CVE-2098-${id}`] })),
    ]),
    heldBack: Array.from({ length: 200 }, (_, at) => {
      return { name: `held-${at}`, locked: "1-r0", newest: "2-r0", by: undefined, places: [], images: ["image-1"] };
    }),
    failed: Array.from({ length: 60 }, (_, at) => {
      return { image: `i${at}`, problems: [new WolfiError("X", `Cannot lock: ${at} ${"x".repeat(3000)}`)] };
    }),
  };
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", "request-text", path), { serializers: [String] });
}
