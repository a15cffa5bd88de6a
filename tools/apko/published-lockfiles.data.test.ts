import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { loadImageConfiguration } from "./load-image-configuration.ts";
import { readLockfile } from "./read-lockfile.ts";
import { writeLockfile } from "./write-lockfile.ts";

const { WOLFI_TEST_DATA: data = "" } = process.env;
const skip = data === "" ? "WOLFI_TEST_DATA is not set" : false;

/** Configuration and lockfile that were published together, with the same contents. */
const pairs: readonly (readonly [configuration: string, lockfile: string])[] = [
  ["images/apko-td-apko-discover.yaml", "images/locks/apko-td-apko-discover.lock.json"],
  ["images/get-github-a-apko.yaml", "images/locks/get-github-a-apko.lock.json"],
  ["images/rules_apko-e2e-smoke-apko.yaml", "images/locks/rules_apko-e2e-smoke-apko.lock.json"],
  ["images/rules_apko-examples-oci-apko.yaml", "images/locks/rules_apko-examples-oci-apko.lock.json"],
  ["locks/oci.yaml", "locks/oci.lock.json"],
  ["locks/wolfi-base.yaml", "locks/wolfi-base.lock.json"],
];

/** Lockfiles that today's apko would not write so: before 0.13, and one made by hand. */
const notRewritten = new Set([
  "apko-td-apko.pre-0.13.lock.json",
  "rules_apko-e2e-smoke-keyring_content-apko.lock.json",
]);

suite("published configurations and lockfiles", () => {
  for (const [configuration, lockfile] of pairs) {
    test(`${configuration} has the checksum of its lockfile`, { skip }, async () => {
      const loaded = await loadImageConfiguration(configuration, (path) => readFile(join(data, path)));
      const read = readLockfile(await readFile(join(data, lockfile)), lockfile);
      assert.equal(loaded.kind, "valid");
      assert.equal(read.kind, "read");
      if (loaded.kind === "valid" && read.kind === "read") {
        assert.equal(loaded.checksum, read.lockfile.config?.checksum);
      }
    });
  }

  test("three files that include each other have the checksum of their lockfile", { skip }, async () => {
    const prefix = "rules_apko-e2e-smoke-multifile_config";
    const files = new Map([
      ["multifile_config/final_config", `${prefix}-final_config.apko.yaml`],
      ["multifile_config/intermediate_config", `${prefix}-intermediate_config.apko.yaml`],
      ["multifile_config/base_config.apko.yaml", `${prefix}-base_config.apko.yaml`],
    ]);
    const loaded = await loadImageConfiguration("multifile_config/final_config", (path) =>
      readFile(join(data, "images", files.get(path)!)),
    );
    const name = `images/locks/${prefix}-apko.generated.lock.json`;
    const read = readLockfile(await readFile(join(data, name)), name);
    assert.ok(loaded.kind === "valid" && read.kind === "read");
    assert.equal(loaded.checksum, read.lockfile.config?.checksum);
  });

  for (const folder of ["images/locks", "locks"]) {
    for (const name of skip === false ? readdirSync(join(data, folder)) : []) {
      if (!name.endsWith(".lock.json")) continue;
      test(`${folder}/${name} is read${notRewritten.has(name) ? "" : " and written as it was"}`, async () => {
        const bytes = await readFile(join(data, folder, name));
        const read = readLockfile(bytes, name);
        assert.ok(read.kind === "read", JSON.stringify(read));
        assert.ok(read.lockfile.contents.keyring.length > 0);
        if (!notRewritten.has(name)) assert.equal(writeLockfile(read.lockfile), bytes.toString());
      });
    }
  }
});
