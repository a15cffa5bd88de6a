import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { startHelloServer } from "./server.ts";

suite("startHelloServer()", () => {
  for (const [method, path, status, text] of [
    ["GET", "/", 200, "Hello from a Wolfi image.\n"],
    ["GET", "/?name=me", 200, "Hello from a Wolfi image.\n"],
    ["GET", "/healthz", 200, "Ready.\n"],
    ["HEAD", "/healthz", 200, ""],
    ["POST", "/", 405, "This path takes GET, HEAD only.\n"],
    ["GET", "/other", 404, "There is nothing here.\n"],
  ] as const) {
    test(`${method} ${path}: ${status}`, async () => {
      await using server = await startHelloServer({ host: "127.0.0.1", port: 0 });
      const response = await fetch(server.url + path, { method, headers: { Connection: "close" } });
      assert.deepEqual([response.status, await response.text()], [status, text]);
    });
  }

  test("rejects when the address is taken", async () => {
    await using server = await startHelloServer({ host: "127.0.0.1", port: 0 });
    const port = Number(new URL(server.url).port);
    await assert.rejects(startHelloServer({ host: "127.0.0.1", port }), { code: "EADDRINUSE" });
  });
});
