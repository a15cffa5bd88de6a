import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { nodeEnvironment } from "../../tools/testing/node-environment.ts";

/** The program beside this test, as a source or compiled. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "main.ts" : "main.js", import.meta.url));

function environment(address: string): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], ...nodeEnvironment(), HELLO_ADDRESS: address };
}

suite("hello", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`greets until ${signal}, then exits 0`, async () => {
      const child = spawn(process.execPath, [MAIN], { env: environment("127.0.0.1:0") });
      const ended = once(child, "close");
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      const url = /^Listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line))?.[1];
      assert.ok(url !== undefined, String(line));
      assert.equal(await (await fetch(url)).text(), "Hello from a Wolfi image.\n");
      child.kill(signal);
      assert.deepEqual(await ended, [0, null]);
    });
  }

  for (const [address, code, message] of [
    ["8080", 2, 'hello: HELLO_ADDRESS must be HOST:PORT, not "8080"\n'],
    ["localhost:99999", 2, 'hello: HELLO_ADDRESS must be HOST:PORT, not "localhost:99999"\n'],
    ["192.0.2.1:1", 1, "hello: Cannot listen on 192.0.2.1:1: Error: listen EADDRNOTAVAIL"],
  ] as const) {
    test(`exits ${code} on HELLO_ADDRESS=${address}`, async () => {
      const child = spawn(process.execPath, [MAIN], { env: environment(address) });
      const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, "close") as Promise<[number]>]);
      assert.equal(stderr.slice(0, message.length), message);
      assert.equal(exitCode, code);
    });
  }
});
