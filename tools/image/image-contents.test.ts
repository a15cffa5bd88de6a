import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { nodeEnvironment } from "../testing/node-environment.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import type { NewTarEntry } from "../apk/write-tar.ts";
import {
  directory,
  file,
  link,
  SAMPLE_CONFIGURATION,
  SAMPLE_DATABASE,
  SAMPLE_LOCKFILE,
  type SampleImage,
  sampleImage,
  writeImageLayout,
} from "./testing/sample-image.ts";

suite("the cases of image-contents.check.ts", { concurrency: 4 }, () => {
  test("pass for an image that is right", async () => {
    assert.deepEqual(await failingCases(sampleImage()), []);
  });

  for (const [name, image, failing] of [
    ["a package more", replace("installed", SAMPLE_DATABASE.replace("app-data\nV", "other\nV")), /exactly the locked/],
    ["another version", replace("installed", SAMPLE_DATABASE.replace("V:1.0-r0", "V:1.0-r1")), /exactly the locked/],
    ["another package of the same name", replace("installed", SAMPLE_DATABASE.replace("Q1app\n", "Q1\n")), /exactly/],
    ["another file", replace("bin/app", "PROGRAM"), /holds the files of app /],
    ["a file that is not there", change("bin/app", () => []), /holds the files of app /],
    ["a file of another mode", change("bin/app", () => [file("bin/app", "program", {})]), /holds the files of app /],
    ["a file of another owner", change("etc", () => [directory("etc", { uid: 1 })]), /holds the files of app /],
    ["another link", change("link", () => [link("link", "bin/ap")]), /holds the files of app /],
    ["a stranger", change("bin/app", (app) => [app, file("bin/extra", "", {})]), /no file that neither/],
    ["a placeholder that is not labelled", label("dev.wolfi.placeholders", ""), /dev\.wolfi\.placeholders/],
    ["a label too many", label("dev.wolfi.placeholders", "app,app-data"), /dev\.wolfi\.placeholders/],
    ["another entrypoint", config({ Entrypoint: ["/bin/app"] }), /entrypoint: \/bin\/app -v/],
    ["another cmd", config({ Cmd: null }), /cmd: serve/],
    ["another value", config({ Env: ["LANG=C"] }), /environment: LANG/],
    ["a variable more", config({ Env: ["LANG=C.UTF-8", "DEBUG=1"] }), /environment: nothing else/],
    ["another user", config({ User: "root" }), /run-as: web/],
    ["another folder", config({ WorkingDir: "/" }), /work-dir: \/data/],
    ["a stop signal", config({ StopSignal: "SIGINT" }), /stop-signal/],
    ["a volume", config({ Volumes: { "/data": {} } }), /volumes/],
    ["no annotations", { ...sampleImage(), annotations: {} }, /annotations: title/],
    ["another label", label("title", "other"), /annotations: title/],
    ["no user", replace("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"), /user web/],
    ["another uid", replace("etc/passwd", "web:x:0:101::/home/web:/bin/sh\n"), /user web/],
    ["no group", replace("etc/group", "root:x:0:\n"), /group web/],
    ["no path", change("data", () => []), /directory \/data/],
    ["a path of another owner", change("data", () => [directory("data", { mode: 0o750 })]), /directory \/data/],
    [
      "a path of another mode",
      change("data", () => [directory("data", { uid: 100, gid: 101, mode: 0o755 })]),
      /directory \/data/,
    ],
    ["a path that links elsewhere", change("now", () => [link("now", "date")]), /symlink \/now/],
    ["two layers", { ...sampleImage(), layers: [...sampleImage().layers, []] }, /is a valid OCI layout/],
  ] as readonly (readonly [string, SampleImage, RegExp])[]) {
    test(`one fails for ${name}`, async () => {
      const cases = await failingCases(image);
      assert.ok(
        cases.some((text) => failing.test(text)),
        `failed: ${cases.join("; ") || "none"}`,
      );
      assert.ok(cases.length <= 3, cases.join("; "));
    });
  }

  test("all that read the image fail where it cannot be read", async () => {
    const cases = await failingCases(undefined);
    assert.ok(cases.length >= 18, cases.join("; "));
  });
});

function change(path: string, replacement: (entry: NewTarEntry) => readonly NewTarEntry[]): SampleImage {
  const [entries = []] = sampleImage().layers;
  const changed = entries.flatMap((entry) => (entry.path.endsWith(path) ? replacement(entry) : [entry]));
  return { ...sampleImage(), layers: [changed] };
}

function replace(path: string, content: string): SampleImage {
  return change(path, (entry) => [{ ...entry, kind: "file", content: Buffer.from(content) }]);
}

function config(settings: Readonly<Record<string, unknown>>): SampleImage {
  return { ...sampleImage(), config: { ...sampleImage().config, ...settings } };
}

function label(name: string, value: string): SampleImage {
  return config({ Labels: { ...(sampleImage().config["Labels"] as Record<string, string>), [name]: value } });
}

/** Names of the cases that fail for an image; undefined is one that is not there. */
async function failingCases(image: SampleImage | undefined): Promise<readonly string[]> {
  await using folder = await temporaryFolder();
  const paths = { base: "image", config: "image.yaml", lockfile: "image.lock.json" };
  await writeFile(join(folder.path, paths.config), SAMPLE_CONFIGURATION);
  await writeFile(join(folder.path, paths.lockfile), SAMPLE_LOCKFILE);
  if (image !== undefined) await writeImageLayout(join(folder.path, paths.base), image);
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const program = join(import.meta.dirname, `../development/run-tests.${ending}`);
  const args = Object.entries(paths).map(([option, path]) => `--${option}=${path}`);
  const cases = [join(import.meta.dirname, `image-contents.check.${ending}`), "--", ...args];
  const output = await new Promise<string>((resolve) => {
    const options = { cwd: folder.path, env: nodeEnvironment() };
    execFile(process.execPath, [program, ...cases], options, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  assert.match(output, /^ℹ tests \d+$/m, output);
  const failed = output.replace(/^✖ failing tests:.*/ms, "").matchAll(/^ +✖ (.*) \([\d.]+ms\)$/gm);
  return [...failed].map(([, name = ""]) => name);
}
