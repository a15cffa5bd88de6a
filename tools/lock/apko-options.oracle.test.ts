import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { testRepository } from "../testing/test-repository.ts";
import { writeFiles } from "../testing/write-files.ts";
import { assertBothRefuse, assertSameLockfile, lockBoth } from "./testing/lock-both.ts";

const { skip } = apkoOracle();

const otherKey = generateTestKey("other.rsa.pub");
const main = testRepository([{ name: "app", dependencies: ["lib"] }, { name: "lib" }]);
const edge = testRepository([{ name: "lib", version: "2.0-r0" }, { name: "extra" }]);
const foreign = testRepository([{ name: "lib", version: "3.0-r0" }], { key: otherKey });

/** Everything lies both in the folder and on a server, whose URL stands for SERVER. */
const files: ReadonlyMap<string, Uint8Array> = new Map(
  [
    ["main", main],
    ["edge", edge],
    ["foreign", foreign],
    ["published", foreign],
  ].flatMap(([name, repository]) =>
    [...(repository as typeof main)].map(([path, bytes]) => [`${name as string}/${path}`, bytes] as const),
  ),
);

const keyring = `  keyring: [main/${TEST_KEY.name}]\n`;
const local = `contents:\n  repositories: [./main]\n${keyring}  packages: [app]\narchs: [x86_64]\n`;

interface OptionCase {
  readonly title: string;
  readonly args: readonly string[];
  /** @default {@link local} in `image.yaml` */
  readonly texts?: Readonly<Record<string, string>>;
  /** Texts that the lockfile has, and that it has not; where both fail, part of apko's message and part of ours. */
  readonly expected:
    | { readonly has: readonly string[]; readonly lacks: readonly string[] }
    | { readonly apko: string; readonly wolfi: string };
}

const cases: readonly OptionCase[] = [
  {
    title: "-r adds a repository, which only its packages show",
    args: ["-r", "./edge"],
    expected: { has: ["./edge/x86_64/lib-2.0-r0.apk"], lacks: ["edge/x86_64/APKINDEX"] },
  },
  {
    title: "-b does the same",
    args: ["--build-repository-append", "./edge"],
    expected: { has: ["./edge/x86_64/lib-2.0-r0.apk"], lacks: ["edge/x86_64/APKINDEX"] },
  },
  {
    title: "slashes at the end of an added repository stay",
    args: ["--repository-append=./edge//"],
    expected: { has: ["./edge///x86_64/lib-2.0-r0.apk"], lacks: [] },
  },
  {
    title: "several at once, and one that the configuration has",
    args: ["-r", "./none,./edge", "-b", "", "-b", "./main", "-r", "./edge"],
    expected: { has: ["./edge/x86_64/lib-2.0-r0.apk"], lacks: ["none"] },
  },
  {
    title: "a label",
    args: ["-r", "@edge ./edge"],
    texts: { "image.yaml": local.replace("[app]", "[app, extra@edge]") },
    expected: { has: ["./main/x86_64/lib-1.0-r0.apk", "./edge/x86_64/extra-1.0-r0.apk"], lacks: ["@edge ./edge"] },
  },
  {
    title: "an added repository is enough",
    args: ["-r", "./main"],
    texts: { "image.yaml": local.replace("[./main]", "[]") },
    expected: { has: ["./main/x86_64/app-1.0-r0.apk", '"repositories": []'], lacks: [] },
  },
  {
    title: "an added repository with an unknown key",
    args: ["-r", "./foreign"],
    expected: { apko: "no signature with known key", wolfi: "no signature with known key" },
  },
  {
    title: "a label without a repository",
    args: ["-r", "@edge"],
    expected: { apko: "@edge", wolfi: "labels no repository" },
  },
  {
    title: "a missing index of an added repository",
    args: ["-r", "SERVER/none"],
    expected: { apko: "unexpected status code 404", wolfi: "404 Not Found" },
  },
  {
    title: "-k adds a key, which the lockfile does not show",
    args: ["-r", "./foreign", "-k", `foreign/${otherKey.name}`],
    expected: { has: ["./foreign/x86_64/lib-3.0-r0.apk"], lacks: [otherKey.name] },
  },
  {
    title: "-k alone, by URL",
    args: ["--keyring-append", `SERVER/main/${TEST_KEY.name}`],
    texts: { "image.yaml": local.replace(keyring, "") },
    expected: { has: ['"keyring": []', "./main/x86_64/app-1.0-r0.apk"], lacks: ["BEGIN PUBLIC KEY"] },
  },
  {
    title: "a missing key",
    args: ["-k", "none.pub"],
    expected: { apko: "failed to read apk key: open none.pub", wolfi: 'Cannot read key "none.pub"' },
  },
  {
    title: "keys that an added repository publishes are used, and not locked",
    args: ["-r", "SERVER/published"],
    expected: { has: ["/published/x86_64/lib-3.0-r0.apk"], lacks: ["published/other.rsa.pub"] },
  },
  {
    title: "--ignore-signatures without any key",
    args: ["--ignore-signatures"],
    texts: { "image.yaml": local.replace(keyring, "") },
    expected: { has: ["./main/x86_64/app-1.0-r0.apk"], lacks: ["BEGIN PUBLIC KEY"] },
  },
  {
    title: "--ignore-signatures takes what is signed by others, and the keyring is locked all the same",
    args: ["--ignore-signatures", "-r", "./foreign"],
    expected: { has: ["./foreign/x86_64/lib-3.0-r0.apk", "BEGIN PUBLIC KEY"], lacks: [] },
  },
  {
    title: "--ignore-signatures still needs the keyring",
    args: ["--ignore-signatures"],
    texts: { "image.yaml": local.replace(TEST_KEY.name, "none.pub") },
    expected: { apko: "failed to load keyring main/none.pub", wolfi: 'Cannot read key "main/none.pub"' },
  },
  {
    title: "--include-paths finds includes, in the order of the paths, after the path itself",
    args: ["--include-paths", "first,second"],
    texts: {
      "image.yaml": "include: a.yaml\ncontents:\n  packages: [app]\n",
      "a.yaml": "include: b.yaml\n",
      "first/a.yaml": "include: wrong.yaml\n",
      "first/b.yaml": "include: c/c.yaml\n",
      "second/b.yaml": "include: wrong.yaml\n",
      "second/c/c.yaml": local,
    },
    expected: { has: ["./main/x86_64/app-1.0-r0.apk"], lacks: [] },
  },
  {
    title: "--include-paths finds the configuration itself, whose name stays as it was given",
    args: ["--include-paths", "none", "--include-paths", "first"],
    texts: { "first/image.yaml": local },
    expected: { has: ['"name": "image.yaml"'], lacks: ["first"] },
  },
  {
    title: "--include-paths is not for keys",
    args: ["--include-paths", "main"],
    texts: { "image.yaml": local.replace(`main/${TEST_KEY.name}`, TEST_KEY.name) },
    expected: { apko: `failed to load keyring ${TEST_KEY.name}`, wolfi: `Cannot read key "${TEST_KEY.name}"` },
  },
  {
    title: "what is below no include path",
    args: ["--include-paths", "first"],
    texts: { "image.yaml": "include: a.yaml\n", "second/a.yaml": local },
    expected: { apko: "failed to read include file: file does not exist", wolfi: '"a.yaml" does not exist' },
  },
];

suite("apko's options, like apko", () => {
  for (const { title, args, texts = { "image.yaml": local }, expected } of cases) {
    test(title, { skip }, async () => {
      await using folder = await temporaryFolder();
      const served = new Map(files);
      await using server = await serveFiles(served);
      served.set("published/apk-configuration", Buffer.from(JSON.stringify({ jwks_uri: `${server.url}/keys` })));
      const jwk = { kid: "other", alg: "RS256", ...createPublicKey(otherKey.pem).export({ format: "jwk" }) };
      served.set("keys", Buffer.from(JSON.stringify({ keys: [jwk] })));
      await writeFiles(folder.path, files);
      await writeFiles(folder.path, Object.entries(texts));
      const both = await lockBoth({
        folder: folder.path,
        args: args.map((arg) => arg.replaceAll("SERVER", server.url)),
      });
      if ("apko" in expected) return assertBothRefuse(both, expected);
      const lockfile = assertSameLockfile(both);
      for (const text of expected.has) assert.ok(lockfile.includes(text), lockfile);
      for (const text of expected.lacks) assert.ok(!lockfile.includes(text), lockfile);
    });
  }

  test("of two keys with one name, of which apko takes either, the last by its path counts", { skip }, async () => {
    for (const [path, exitCode] of [
      ["aaa", 0],
      ["zzz", 1],
    ] as const) {
      await using folder = await temporaryFolder();
      const key = `${path}/${TEST_KEY.name}`;
      await writeFiles(folder.path, [...files, ["image.yaml", local], [key, otherKey.pem]]);
      const { wolfi } = await lockBoth({ folder: folder.path, args: ["-k", key] });
      assert.equal(wolfi.exitCode, exitCode, wolfi.messages);
    }
  });

  test("says that signatures are not looked at", { skip }, async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, files);
    await writeFile(join(folder.path, "image.yaml"), local);
    const { wolfi } = await lockBoth({ folder: folder.path, args: ["--ignore-signatures"] });
    assert.equal(wolfi.messages, "warning: image: indexes are taken whoever signed them\n");
  });
});
