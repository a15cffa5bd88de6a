import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { writeTestRepository } from "../testing/test-repository.ts";
import { sampleWorkspace } from "./testing/sample-workspace.ts";

suite("unsoundWarnings()", () => {
  test("warn of what apko's method leaves unmet, and their cure mends it", async () => {
    await using workspace = await sampleWorkspace([
      { name: "curl", dependencies: ["libcurl"] },
      { name: "libcurl" },
      { name: "libcurl-doc", dependencies: ["man"], installIf: ["libcurl"] },
      { name: "man" },
    ]);
    await workspace.writeImage("app", ["curl"]);
    const run = await workspace.lock("--quiet");
    assert.deepEqual(
      [run.exitCode, run.stderr],
      [
        0,
        'warning: app: package "libcurl-doc-1.0-r0 (x86_64)" needs "man", which nothing in "wolfi-images/app.lock.json" ' +
          'provides: add "man" to "packages" of wolfi-images/app.yaml\n',
      ],
    );
    await workspace.writeImage("app", ["curl", "man"]);
    assert.equal((await workspace.lock("--quiet")).stderr, "");
    assert.equal(await workspace.locked("app"), "libcurl=1.0-r0 libcurl-doc=1.0-r0 curl=1.0-r0 man=1.0-r0");
  });

  test("warn of versions that differ between architectures, until the settings allow it", async () => {
    const older = { name: "zlib", version: "1.2-r0" };
    await using workspace = await sampleWorkspace([
      { name: "curl" },
      { name: "tini" },
      { ...older, version: "1.3-r0" },
    ]);
    await writeTestRepository(join(workspace.path, "repository"), [{ name: "curl", version: "0.9-r0" }, older], {
      architectures: ["aarch64"],
    });
    await workspace.writeImage("app", ["curl", "zlib"], ["x86_64", "aarch64"]);
    await workspace.writeImage("one", ["zlib"]);
    const differs = (...names: readonly string[]): string =>
      `write one that it has for all in "packages" of wolfi-images/app.yaml, or allow it: list ${names.join(", ")} under ` +
      '"differing-versions" in wolfi-images/settings.yml\n';
    const first = await workspace.lock("--quiet");
    assert.deepEqual(
      [first.exitCode, first.stderr],
      [
        0,
        'warning: app: the architectures differ: "curl" is 1.0-r0 for x86_64, but 0.9-r0 for aarch64; "zlib" is 1.3-r0 for ' +
          `x86_64, but 1.2-r0 for aarch64: lock again when the repository has one version for all, ${differs('"curl"', '"zlib"')}`,
      ],
    );
    const check = await workspace.lock("--check", "--quiet");
    assert.equal(check.exitCode, 3, check.stderr);
    assert.match(
      check.stderr,
      /^wolfi-images\/app\.lock\.json: Cannot use lockfile: package "zlib" is 1\.3-r0 for x86_64/m,
    );

    await workspace.write("wolfi-images/settings.yml", "differing-versions: [curl, other]\n");
    const second = await workspace.lock("--quiet");
    assert.ok(second.stderr.endsWith(differs('"zlib"')), second.stderr);
    assert.doesNotMatch(second.stderr, /"curl"/);
    await workspace.write("wolfi-images/settings.yml", "differing-versions: [curl, zlib]\n");
    assert.equal((await workspace.lock("--quiet")).stderr, "");
    assert.deepEqual(await workspace.lock("--check", "--quiet"), { exitCode: 0, stdout: "", stderr: "" });

    await workspace.write("wolfi-images/settings.yml", "differing-versions: zlib\n");
    const wrong = await workspace.lock("--check", "--quiet");
    assert.equal(wrong.exitCode, 2, wrong.stderr);
    assert.match(
      wrong.stderr,
      /^wolfi-images\/settings\.yml:1:21: Cannot read settings: "differing-versions" must be a list/,
    );
  });
});
