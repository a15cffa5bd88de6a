import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { tokenOfChainctl } from "./chainctl.ts";

test("tokenOfChainctl() does not wait for ever", async () => {
  await using folder = await temporaryFolder();
  const program = join(folder.path, "chainctl");
  await writeFile(program, "#!/bin/sh\nexec sleep 600\n");
  await chmod(program, 0o755);
  const { signal } = new AbortController();
  const environment = { PATH: `${folder.path}:/usr/bin:/bin` };
  assert.deepEqual(await tokenOfChainctl("apk.cgr.dev", { environment, signal, timeoutMs: 50 }), {
    token: undefined,
    problem: "it took longer than 0.05 s",
  });
});
