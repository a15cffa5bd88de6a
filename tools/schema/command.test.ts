import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { testShell } from "../terminal/testing/test-shell.ts";
import { schemaCommand } from "./command.ts";
import { imageConfigurationSchema } from "./image-configuration-schema.ts";
import { settingsSchema } from "./settings-schema.ts";

suite("wolfi schema", () => {
  for (const [args, text] of [
    [[], imageConfigurationSchema()],
    [["--json"], imageConfigurationSchema()],
    [["--quiet"], imageConfigurationSchema()],
    [["images"], imageConfigurationSchema()],
    [["settings"], settingsSchema()],
  ] as const) {
    test(["prints the schema and nothing else", ...args].join(" "), async () => {
      const shell = testShell({ folder: "/nowhere", today: new Date(0) });
      await schemaCommand(shell).parseAsync(args, { from: "user" });
      assert.equal(shell.stdout.text, text);
      assert.deepEqual([shell.stderr.text, shell.exitCode], ["", 0]);
    });
  }
});
