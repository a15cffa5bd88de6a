import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { type IndexPackages, readIndex } from "../apk/apk-index.ts";
import { solve } from "../solver/solve.ts";
import {
  ARCHITECTURES,
  embeddedRecipes,
  embeddedRepository,
  imageWorld,
  KEY_PATH,
} from "./testing/embedded-repository.ts";

const files = await embeddedRepository();
const key = { name: "test-only-never-trust.rsa.pub", pem: await readFile(`${KEY_PATH}.pub`, "utf8") };
const index = (architecture: string): IndexPackages =>
  readIndex(files.get(`${architecture}/APKINDEX.tar.gz`)!, { keys: [key] }).packages;

/** What our solver chooses, `name=version`; a text where there is no solution. */
function choose(world: readonly string[], architecture: string): readonly string[] | string {
  const solution = solve(world, [
    { label: "", url: `http://packages.test/os/${architecture}`, packages: index(architecture) },
  ]);
  if (solution.kind === "unsatisfiable") return solution.reason;
  return solution.packages.map((solved) => `${solved.package.name}=${solved.package.version}`);
}

suite("the embedded repository", () => {
  test("its two keys belong together, and say that they are for tests", async () => {
    const pem = createPublicKey(await readFile(KEY_PATH)).export({ type: "spki", format: "pem" });
    assert.equal(key.pem, pem);
    assert.match(KEY_PATH, /test-only-never-trust/);
  });

  test("each recipe's file is named after its origin, an older version's after that too", async () => {
    const wrong = (await embeddedRecipes()).filter(({ fileName, recipe: { origin, version } }) => {
      return fileName !== `${origin}.yaml` && fileName !== `${origin}-${version.replace(/-r\d+$/, "")}.yaml`;
    });
    assert.deepEqual(wrong, []);
  });

  for (const architecture of ARCHITECTURES) {
    test(`every package can be installed by itself, ${architecture}`, () => {
      for (const { name, version } of index(architecture)) {
        const chosen = choose([`${name}=${version}`], architecture);
        assert.ok(typeof chosen !== "string" && chosen.includes(`${name}=${version}`), `${name}: ${String(chosen)}`);
      }
    });
  }

  test("both architectures have the same packages", () => {
    const [x86, arm] = ARCHITECTURES.map((architecture) =>
      Array.from(index(architecture), ({ name, version }) => `${name}-${version}`),
    );
    assert.deepEqual(arm, x86);
  });

  test("has two versions of one package, and the newer one is chosen unless the older is asked for", () => {
    assert.deepEqual(
      index("x86_64")
        .named("jq")
        .map(({ version }) => version),
      ["1.8.1-r0", "1.8.2-r1"],
    );
    assert.ok(choose(["jq"], "x86_64").includes("jq=1.8.2-r1"));
    assert.ok(choose(["jq<1.8.2"], "x86_64").includes("jq=1.8.1-r0"));
  });

  test("has a virtual with two providers, of which the priority decides", () => {
    assert.deepEqual(
      [...index("x86_64")]
        .filter(({ provides }) => provides.some((provide) => provide.startsWith("cyrus-sasl-libs=")))
        .map(({ name, providerPriority }) => [name, providerPriority]),
      [
        ["cyrus-sasl-heimdal-libs", 5n],
        ["cyrus-sasl-mit-libs", 0n],
      ],
    );
    assert.ok(choose(["cyrus-sasl-libs"], "x86_64").includes("cyrus-sasl-heimdal-libs=2.1.28-r54"));
    assert.ok(choose(["curl", "cyrus-sasl-mit-libs"], "x86_64").includes("cyrus-sasl-mit-libs=2.1.28-r1"));
  });

  test("has a conflict", () => {
    const reason = choose(["glibc-2.43", "musl"], "x86_64");
    assert.match(String(reason), /musl-1\.2\.5-r21\.apk disqualified because excluded by !musl/);
  });

  test("has so: and cmd: provides that an image can ask for", () => {
    assert.ok(choose(["cmd:git"], "aarch64").includes("git=2.55.0-r4"));
    assert.ok(choose(["so:libz.so.1"], "aarch64").includes("zlib=1.3.2-r4"));
  });
});

suite("the images", () => {
  for (const [image, count] of [
    ["sourcegraph", 43],
    ["gitserver", 64],
  ] as const) {
    test(`${image} has the same ${count} packages on both architectures`, async () => {
      const [x86, arm] = await Promise.all(
        ARCHITECTURES.map(async (architecture) => choose(await imageWorld(image), architecture)),
      );
      assert.deepEqual(arm, x86);
      assert.equal(x86?.length, count);
    });
  }

  test("an install_if fires in gitserver, and not in sourcegraph", async () => {
    const own = "git-http-readonly-config=1.0.0-r0";
    assert.ok(choose(await imageWorld("gitserver"), "x86_64").includes(own));
    assert.ok(!choose(await imageWorld("sourcegraph"), "x86_64").includes(own));
  });
});
