import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { sampleWorkspace } from "./testing/sample-workspace.ts";

suite("labelWarnings()", () => {
  test("warn of a label that no repository has, where apko takes the package from the others", async () => {
    await using workspace = await sampleWorkspace([{ name: "curl" }, { name: "tini" }]);
    await workspace.writeImage("app", ["curl@egde", "tini"]);
    const run = await workspace.lock("--quiet");
    assert.deepEqual(
      [run.exitCode, run.stderr],
      [
        0,
        'warning: app: No repository has the label of "curl@egde" (wolfi-images/app.yaml:5:7): label one, "@egde URL"\n',
      ],
    );
    assert.equal(await workspace.locked("app"), "curl=1.0-r0 tini=1.0-r0");
  });

  test("say nothing of a label that there is", async () => {
    await using workspace = await sampleWorkspace([{ name: "curl" }]);
    await workspace.writeImage("app", ["curl@edge"]);
    const [[path, text]] = [...(await workspace.contents())].filter(([name]) => name.endsWith("app.yaml")) as [
      [string, string],
    ];
    const labelled = Buffer.from(text, "base64").toString().replace("[http:", '["@edge http:').replace("/os]", '/os"]');
    await workspace.write(path.slice(workspace.path.length), labelled);
    const run = await workspace.lock("--quiet");
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
  });
});
