import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parseIndexText } from "../apk/apk-index.ts";
import { newestFirst } from "../apk/newest-first.ts";
import { readTestData, skipWithoutTestData } from "../apk/testing/test-data.ts";
import type { CatalogIndex } from "../catalog/read-catalog.ts";
import { runProgram } from "../cli/program/program.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { findPackage } from "./find-package.ts";

const ALPINE_KEY = "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub";

suite("wolfi info in real indexes", () => {
  test("shows what the signed index of Alpine 3.16 says", { skip: skipWithoutTestData }, async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "os/x86_64"), { recursive: true });
    await writeFile(join(folder.path, "os/x86_64/APKINDEX.tar.gz"), readTestData("alpine-3.16/APKINDEX.tar.gz"));
    await writeFile(join(folder.path, ALPINE_KEY), readTestData(`alpine-3.16/${ALPINE_KEY}`));
    const yaml = `contents:\n  repositories: [os]\n  keyring: [${ALPINE_KEY}]\narchs: [x86_64]\n`;
    await writeFile(join(folder.path, "alpine.yaml"), yaml);
    const info = async (name: string): Promise<string> => {
      const shell = testShell({ folder: folder.path, today: new Date("2022-08-19T20:00:00Z") });
      const exitCode = await runProgram(["info", name, "--config", "alpine.yaml"], shell);
      assert.deepEqual([exitCode, shell.stderr.text], [0, ""]);
      return shell.stdout.text;
    };
    // tar -xzOf APKINDEX.tar.gz APKINDEX | grep -A13 '^P:zlib$'; 170 records have zlib or so:libz.so.1 in D:
    assert.equal(
      await info("zlib"),
      "zlib 1.2.12-r3\n" +
        "A compression/decompression Library\n" +
        "url         https://zlib.net/\n" +
        "licence     Zlib\n" +
        "origin      zlib\n" +
        "download    53.3 kB\n" +
        "installed   110.6 kB\n" +
        "built       2022-08-09 (10 days ago)\n" +
        "repository  os\n" +
        "provides    so:libz.so.1=1.2.12\n" +
        "depends on  so:libc.musl-x86_64.so.1\n" +
        "needed by   170 packages (x86_64): abuild, apache2, apk-tools,\n" +
        "              asterisk and 166 more\n" +
        "locked in   no image\n",
    );
    assert.equal(
      await info("so:libz.so.1"),
      "so:libz.so.1 is provided by\n  zlib  1.2.12-r3  A compression/decompression Library\n",
    );
    assert.match(await info("cmd:git-shell"), /^cmd:git-shell is provided by\n {2}git {2}2\.36\.3-r0 /);
    assert.match(await info("git-zsh-completion"), /^install if {2}zsh=5\.8\.1-r4, git$/m);
  });

  for (const name of ["git", "glibc", "openssl", "python-3.13", "busybox", "perl"]) {
    test(`finds who needs ${name} as reading every record does`, { skip: skipWithoutTestData }, () => {
      const packages = parseIndexText(gunzipSync(readTestData("wolfi-scale/APKINDEX.gz")));
      const repository = "https://packages.wolfi.dev/os";
      const index: CatalogIndex = { label: "", url: repository, repository, architecture: "x86_64", packages };
      const found = findPackage([index], name);
      if (found.kind !== "package") return assert.deepEqual([name, found.kind], [name, "provided"]);
      const nameOf = (text: string): string => text.replace(/[=<>~@].*/, "");
      const names = [name, ...found.releases[0]!.record.provides.map(nameOf)];
      const byName = Map.groupBy(packages, (record) => record.name);
      const newest = Array.from(byName.values(), (versions) => newestFirst(versions)[0]!);
      const expected = newest
        .filter((record) => record.name !== name)
        .filter((record) => record.dependencies.some((text) => names.includes(nameOf(text))))
        .map((record) => record.name);
      assert.deepEqual(found.neededBy, expected.sort());
    });
  }
});
