import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { testShell } from "../terminal/testing/test-shell.ts";
import { schemaCommand } from "./command.ts";
import { imageConfigurationSchema } from "./image-configuration-schema.ts";

suite("wolfi schema", () => {
  for (const args of [[], ["--json"], ["--quiet"]]) {
    test(["prints the schema and nothing else", ...args].join(" "), async () => {
      const shell = testShell({ folder: "/nowhere", today: new Date(0) });
      await schemaCommand(shell).parseAsync(args, { from: "user" });
      assert.equal(shell.stdout.text, imageConfigurationSchema());
      assert.deepEqual([shell.stderr.text, shell.exitCode], ["", 0]);
    });
  }
});
