import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { retry, type RetryOptions } from "./retry.ts";
import { readBody, type Source, type SourceResponse } from "./source.ts";

const { signal } = new AbortController();

/** What a source does when it is asked: answers, fails, or breaks off within its body. */
type Answer = number | Error | { readonly chunks: readonly (string | Error)[]; readonly totalSizeBytes?: number };

const connectionFailed = new WolfiError("CONNECTION_FAILED", 'Cannot fetch "u": connect ECONNREFUSED');

suite("retry()", () => {
  test("passes on what works at once, and options as they are", async () => {
    const { source, reads, waits } = scripted([{ chunks: ["text"] }]);
    const range = { start: 1, end: 2 };
    const response = await source.read("http://a.test/b", { signal, range });
    assert.deepEqual([response.status, response.totalSizeBytes, await text(response)], [200, 4, "text"]);
    assert.deepEqual(reads, [{ url: "http://a.test/b", range }]);
    assert.deepEqual(waits, []);
  });

  for (const status of [200, 404, 401, 403, 416, 501]) {
    test(`takes ${status} for an answer`, async () => {
      const { source, reads } = scripted([status]);
      assert.equal((await source.read("u", { signal })).status, status);
      assert.equal(reads.length, 1);
    });
  }

  for (const failure of [408, 425, 429, 500, 502, 503, 504, connectionFailed] as const) {
    test(`tries again after ${failure instanceof Error ? "a failed connection" : failure}`, async () => {
      const { source, reads, waits } = scripted([failure, failure, { chunks: ["text"] }]);
      assert.equal(await text(await source.read("u", { signal })), "text");
      assert.equal(reads.length, 3);
      assert.deepEqual(waits, [1000, 2000]);
    });
  }

  for (const [answers, message] of [
    [
      [503, 503, 503, 503, 503, 200],
      'Cannot fetch "http://a.test/b": the server answered 503 Service Unavailable (after 5 attempts)',
    ],
    [
      [503, connectionFailed, connectionFailed, connectionFailed, connectionFailed, 200],
      'Cannot fetch "u": connect ECONNREFUSED (after 5 attempts)',
    ],
  ] as const) {
    test(`gives up: ${message}`, async () => {
      const { source, reads, waits } = scripted(answers);
      await assert.rejects(source.read("http://me:secret@a.test/b", { signal }), { code: "FETCH_FAILED", message });
      assert.equal(reads.length, 5);
      assert.deepEqual(waits, [1000, 2000, 4000, 8000]);
    });
  }

  test("tells before it waits why, and for how long", async () => {
    const { source, told } = scripted([503, connectionFailed, { chunks: ["text"] }]);
    await source.read("http://a.test/b", { signal });
    const busy = 'Cannot fetch "http://a.test/b": the server answered 503 Service Unavailable';
    assert.deepEqual(told, [busy, 1000, connectionFailed.message, 2000]);
  });

  test("lets other errors through", async () => {
    for (const error of [new WolfiError("URL_INVALID", "no"), new TypeError("our defect")]) {
      const { source, reads } = scripted([error]);
      await assert.rejects(source.read("u", { signal }), error);
      assert.equal(reads.length, 1);
    }
  });

  test("waits as long as the server asks, up to a minute", async () => {
    for (const [retryAfterMs, expected] of [
      [500, 1000],
      [7000, 7000],
      [3_600_000, 60_000],
    ] as const) {
      const { source, waits } = scripted([503, 200], { retryAfterMs });
      await source.read("u", { signal });
      assert.deepEqual(waits, [expected]);
    }
  });

  test("reads on where a body broke off, without repeating a byte", async () => {
    const { source, reads, waits } = scripted([
      { chunks: ["012", "34", connectionFailed], totalSizeBytes: 10 },
      503,
      { chunks: ["0", "1", connectionFailed], totalSizeBytes: 10 },
      { chunks: ["0123456", "789"], totalSizeBytes: 10 },
    ]);
    assert.equal(await text(await source.read("u", { signal })), "0123456789");
    assert.equal(reads.length, 4);
    assert.deepEqual(waits, [1000, 2000, 4000]);
  });

  test("gives up on a body that always breaks off", async () => {
    const half: Answer = { chunks: ["half", connectionFailed], totalSizeBytes: 10 };
    const { source, reads } = scripted([half, half, half, half, half, { chunks: ["half and all"] }]);
    await assert.rejects(text(await source.read("u", { signal })), { code: "FETCH_FAILED", message: /5 attempts/ });
    assert.equal(reads.length, 5);
  });

  for (const other of [404, { chunks: ["other"] }] as const) {
    test(`does not join a body with ${typeof other === "number" ? `status ${other}` : "one of another size"}`, async () => {
      const { source, state } = scripted([{ chunks: ["012", connectionFailed], totalSizeBytes: 10 }, other]);
      await assert.rejects(text(await source.read("u", { signal })), {
        message: 'Cannot fetch "u": it changed while it was read',
      });
      assert.equal(state.closed, 2);
    });
  }

  test("closes the body below when the reader has seen enough", async () => {
    const { source, state } = scripted([{ chunks: ["a", "b", "c"] }]);
    for await (const chunk of (await source.read("u", { signal })).body) {
      assert.equal(Buffer.from(chunk).toString(), "a");
      break;
    }
    assert.equal(state.closed, 1);
  });

  test("stops waiting when the signal is aborted", async () => {
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    const never: Source = { read: () => Promise.reject(connectionFailed) };
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(retry(never).read("u", { signal: controller.signal }), reason);
  });
});

/** A retrying source over one that gives these answers in turn, and what was seen of it. */
function scripted(answers: readonly Answer[], { retryAfterMs }: { readonly retryAfterMs?: number } = {}) {
  const reads: { readonly url: string; readonly range?: unknown }[] = [];
  const waits: number[] = [];
  const told: (string | number)[] = [];
  const state = { closed: 0 };
  const inner: Source = {
    async read(url, { range }) {
      const answer = answers[reads.length];
      reads.push({ url, ...(range === undefined ? {} : { range }) });
      if (answer === undefined) throw new TypeError("asked too often");
      if (answer instanceof Error) throw answer;
      if (typeof answer === "number") {
        const busy = retryAfterMs === undefined ? {} : { retryAfterMs };
        return { status: answer, totalSizeBytes: undefined, body: play([], state), ...busy };
      }
      const length = answer.chunks.reduce((sum, chunk) => sum + (chunk instanceof Error ? 0 : chunk.length), 0);
      return { status: 200, totalSizeBytes: answer.totalSizeBytes ?? length, body: play(answer.chunks, state) };
    },
  };
  const options: RetryOptions = {
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    onRetry: ({ message }, waitMs) => told.push(message, waitMs),
  };
  return { source: retry(inner, options), reads, waits, told, state };
}

async function* play(chunks: readonly (string | Error)[], state: { closed: number }): AsyncGenerator<Uint8Array> {
  try {
    for (const chunk of chunks) {
      if (chunk instanceof Error) throw chunk;
      yield Buffer.from(chunk);
    }
  } finally {
    state.closed++;
  }
}

async function text(response: SourceResponse): Promise<string> {
  return Buffer.from(await readBody(response.body, { url: "u", maxBytes: 1000 })).toString();
}
