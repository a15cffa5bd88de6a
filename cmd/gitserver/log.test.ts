import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatLogEntry } from "./log.ts";

const TIME = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 67));

suite("formatLogEntry()", () => {
  test("writes a request with its fields in order", () => {
    const request = { method: "GET", path: "/a/info/refs", status: 200, durationMs: 12, bytes: 345 };
    assert.equal(
      formatLogEntry(TIME, { level: "info", message: "Served.", request }),
      '{"time":"2026-01-02T03:04:05.067Z","level":"info","message":"Served.",' +
        '"method":"GET","path":"/a/info/refs","status":200,"durationMs":12,"bytes":345}\n',
    );
  });

  test("stays on one line, whatever the texts hold", () => {
    const line = formatLogEntry(TIME, { level: "error", message: 'a\n"b"', error: "c\r\nd\u2028" });
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.deepEqual(JSON.parse(line), {
      time: "2026-01-02T03:04:05.067Z",
      level: "error",
      message: 'a\n"b"',
      error: "c\r\nd\u2028",
    });
  });
});
