import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { containerEngines } from "./container-engine.ts";

const { signal } = new AbortController();

suite("containerEngines()", () => {
  test("are docker, podman and nerdctl, in this order", () => {
    const engines = containerEngines({ environment: {}, timeoutMs: 1000 });
    assert.deepEqual(
      engines.map(({ name }) => name),
      ["docker", "podman", "nerdctl"],
    );
  });

  for (const [why, script, reason] of [
    ["answers", "exit 0", undefined],
    ["fails without a word", "exit 1", "does not answer"],
    ["fails with reasons", "echo first >&2; echo last >&2; exit 1", "does not answer: last"],
    ["hangs", "exec /bin/sleep 30", "does not answer within 0.5 s"],
  ] as const) {
    test(`ask(): a docker that ${why}`, async () => {
      await using folder = await temporaryFolder();
      await writeFile(join(folder.path, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const [docker, podman] = containerEngines({ environment: { PATH: folder.path }, timeoutMs: 500 });
      assert.equal(await docker?.ask(signal), reason);
      assert.equal(await podman?.ask(signal), "is not installed");
    });
  }

  test("ask(): a docker that may not be started", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "docker"), "", { mode: 0o644 });
    const [docker] = containerEngines({ environment: { PATH: folder.path }, timeoutMs: 500 });
    assert.match((await docker?.ask(signal)) ?? "", /^cannot be started: .*EACCES/);
  });

  test("ask() rejects with the signal's reason", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "docker"), "#!/bin/sh\nexec /bin/sleep 30\n", { mode: 0o755 });
    const [docker] = containerEngines({ environment: { PATH: folder.path }, timeoutMs: 20_000 });
    const stop = new AbortController();
    const asked = docker?.ask(stop.signal);
    stop.abort(new Error("interrupted"));
    await assert.rejects(asked ?? Promise.resolve(), /^Error: interrupted$/);
  });
});
