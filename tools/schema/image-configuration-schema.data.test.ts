import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { judgedByEditor, judgedByReader } from "./judges.ts";

const { WOLFI_TEST_DATA: data = "" } = process.env;
const skip = data === "" ? "WOLFI_TEST_DATA is not set" : false;

/** Real configurations that no apko takes any more. */
const wrong = new Set(["cgr-jdk-latest.yaml", "cgr-vault-latest.yaml", "cgr-zookeeper-latest-dev.yaml"]);

suite("imageConfigurationSchema() and real configurations", () => {
  test("takes and refuses those that our reader does", { skip }, async () => {
    let count = 0;
    for (const folder of ["images", "locks"]) {
      for (const file of readdirSync(join(data, folder)).filter((name) => name.endsWith(".yaml"))) {
        const text = await readFile(join(data, folder, file), "utf8");
        const [reader, editor] = [await judgedByReader(text), judgedByEditor(text)];
        assert.equal(reader.isValid, !wrong.has(file), `${file}: ${reader.reasons.join("\n")}`);
        assert.equal(editor.isValid, reader.isValid, `${file}: ${editor.reasons.join("\n")}`);
        count++;
      }
    }
    assert.ok(count > 40, `${count} configurations`);
  });
});
