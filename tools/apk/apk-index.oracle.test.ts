import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { WolfiError } from "../error/wolfi-error.ts";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { readIndex } from "./apk-index.ts";
import { signIndex, tarOf } from "./testing/signed-index.ts";
import { writeTar } from "./write-tar.ts";

const GOOD = "C:Q1L7EnY9Q9b23ejRHAmb0g09QaLEo=\nP:a\nV:1.0-r0\nA:x86_64\nS:1\n\n";
const stranger = generateTestKey("stranger.rsa.pub");

/** Indexes, good and bad. */
const CASES: Readonly<Record<string, Uint8Array>> = {
  "a good index": signed(GOOD),
  "a last record without an empty line": signed(`${GOOD}P:b\nV:`),
  "lines that end as on Windows": signed(GOOD.replaceAll("\n", "\r\n")),
  "an empty text": signed(""),
  "a record without a name": signed(`V:1\n\n${GOOD}`),
  "an unknown letter": signed(GOOD.replace("V:", "é:1\nV:")),
  "unknown fields": signed(GOOD.replace("V:", "r:x\nq:1\nF:/\nV:")),
  "a line of one character": signed(`${GOOD}P\n`),
  "a line without a colon": signed(`${GOOD}\n\nfoo\n`),
  "a size that is no number": signed(GOOD.replace("S:1", "S:1k")),
  "a size that is negative": signed(GOOD.replace("S:1", "S:-1")),
  "a size with an underscore": signed(GOOD.replace("S:1", "S:1_0")),
  "a size that is too large": signed(GOOD.replace("S:1", `S:${2n ** 64n}`)),
  "a size that is just not too large": signed(GOOD.replace("S:1", `S:${2n ** 64n - 1n}`)),
  "an empty size": signed(GOOD.replace("S:1", "S:")),
  "an installed size that is no number": signed(GOOD.replace("S:1", "I:x")),
  "a priority that is no number": signed(GOOD.replace("S:1", "k:high")),
  "a build time that is no number": signed(GOOD.replace("S:1", "t:0x1")),
  "a build time with a sign": signed(GOOD.replace("S:1", "t:+1")),
  "a build time before 1970": signed(GOOD.replace("S:1", "t:-1")),
  "a build time that is too large": signed(GOOD.replace("S:1", `t:${2n ** 63n}`)),
  "a checksum that is no base64": signed(GOOD.replace("Q1L7", "Q1L!")),
  "a checksum that is cut off": signed(GOOD.replace("aLEo=", "aLEo")),
  "a line that is too long": signed(GOOD.replace("V:", `T:${"x".repeat(1_048_574)}\nV:`)),
  "a line that is almost too long": signed(GOOD.replace("V:", `T:${"x".repeat(1_048_573)}\nV:`)),
  "an unexpected file": signIndex(gzipSync(tarOf({ APKINDEX: GOOD, other: "" })), [rsa256()]),
  "two signatures, one by an unknown key": signIndex(archive(GOOD), [rsa256(stranger), rsa256()]),
  "a SHA-1 signature": signIndex(archive(GOOD), [{ algorithm: "RSA", key: TEST_KEY }]),
  "a signature of an unknown kind": signIndex(archive(GOOD), [{ algorithm: "ED25519", key: TEST_KEY }]),
  "a signature that does not count": signIndex(archive(GOOD), [{ algorithm: "RSA512", key: TEST_KEY }]),
  "an obsolete signature": signIndex(archive(GOOD), [{ algorithm: "DSA", key: TEST_KEY }]),
  "a signature by an unknown key": signIndex(archive(GOOD), [rsa256(stranger)]),
  "a wrong signature": signIndex(archive(GOOD), [rsa256({ ...stranger, name: TEST_KEY.name })]),
  "no signature": archive(GOOD),
  "one byte more": Buffer.concat([signed(GOOD), Buffer.from([1])]),
  "an index in three members": signIndex(
    Buffer.concat([tarOf({ APKINDEX: GOOD }).subarray(0, 512), tarOf({ APKINDEX: GOOD }).subarray(512)].map(pack)),
    [rsa256()],
  ),
  "no end blocks": signIndex(pack(writeTar([file("APKINDEX", GOOD)], { isEnded: false })), [rsa256()]),
};

suite("readIndex() agrees with apko", () => {
  for (const [name, bytes] of Object.entries(CASES)) {
    test(name, { skip: apkoOracle().skip }, async () => {
      assert.equal(await apkosAnswer(bytes), ourAnswer(bytes));
    });
  }
});

/** What apko would say of the index where it looks for the package `a`: "" where it finds it. */
function ourAnswer(index: Uint8Array): string {
  const failed = 'failed to get package list for image: resolving apk packages: for arch "amd64": ';
  try {
    const { packages } = readIndex(index, { keys: [TEST_KEY] });
    return packages.named("a").length > 0 ? "" : `${failed}solving "a" constraint: nothing provides "a"`;
  } catch (error) {
    const { code, message } = error as WolfiError;
    const step = code === "SIGNATURE_INVALID" ? "" : "unable to read convert repository index bytes to index struct: ";
    return `${failed}error getting repository indexes: reading index ./os/x86_64/APKINDEX.tar.gz: ${step}${message}`;
  }
}

async function apkosAnswer(index: Uint8Array): Promise<string> {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "os/x86_64"), { recursive: true });
  await writeFile(join(folder.path, "os/x86_64/APKINDEX.tar.gz"), index);
  await writeFile(join(folder.path, TEST_KEY.name), TEST_KEY.pem);
  const contents = { keyring: [TEST_KEY.name], repositories: ["./os"], packages: ["a"] };
  await writeFile(join(folder.path, "image.yaml"), JSON.stringify({ contents, archs: ["x86_64"] }));
  const run = await runApko(["show-packages", "image.yaml"], { folder: folder.path, home: folder.path });
  if (run.exitCode === 0) return "";
  return /^Error: (.*)$/m.exec(run.stderr)?.[1] ?? run.stderr;
}

function signed(text: string): Uint8Array {
  return signIndex(archive(text), [rsa256()]);
}

function archive(text: string): Uint8Array {
  return gzipSync(tarOf({ DESCRIPTION: "v1", APKINDEX: text }));
}

function pack(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes);
}

function rsa256(key = TEST_KEY): { readonly algorithm: "RSA256"; readonly key: typeof TEST_KEY } {
  return { algorithm: "RSA256", key };
}

function file(path: string, text: string) {
  const owner = { uid: 0, gid: 0, userName: "root", groupName: "root" };
  return { kind: "file", path, mode: 0o644, ...owner, modifiedSeconds: 0, content: Buffer.from(text) } as const;
}
