import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createSlots } from "./slots.ts";

suite("createSlots()", () => {
  const { signal } = new AbortController();

  test("lets through as many as may run, in the order in which they came", async () => {
    const slots = createSlots({ maxRunning: 1, maxWaiting: 2 });
    const first = await slots.acquire(signal);
    const order: string[] = [];
    const second = slots.acquire(signal).then((release) => (order.push("second"), release));
    const third = slots.acquire(signal).then((release) => (order.push("third"), release));
    await new Promise(setImmediate);
    assert.deepEqual(order, []);
    first?.();
    (await second)?.();
    assert.deepEqual(order, ["second"]);
    (await third)?.();
    assert.deepEqual(order, ["second", "third"]);
    assert.notEqual(await slots.acquire(signal), undefined);
  });

  test("turns away whoever would wait beyond the bound", async () => {
    const slots = createSlots({ maxRunning: 1, maxWaiting: 0 });
    const release = await slots.acquire(signal);
    assert.equal(await slots.acquire(signal), undefined);
    release?.();
    assert.notEqual(await slots.acquire(signal), undefined);
  });

  test("gives one place back once, however often it is released", async () => {
    const slots = createSlots({ maxRunning: 2, maxWaiting: 0 });
    const release = await slots.acquire(signal);
    await slots.acquire(signal);
    release?.();
    release?.();
    assert.notEqual(await slots.acquire(signal), undefined);
    assert.equal(await slots.acquire(signal), undefined);
  });

  test("forgets whoever gives up waiting", async () => {
    const slots = createSlots({ maxRunning: 1, maxWaiting: 1 });
    const release = await slots.acquire(signal);
    const controller = new AbortController();
    const impatient = slots.acquire(controller.signal);
    controller.abort(new Error("gone"));
    await assert.rejects(impatient, /gone/);
    const patient = slots.acquire(signal);
    release?.();
    assert.notEqual(await patient, undefined);
    await assert.rejects(slots.acquire(controller.signal), /gone/);
  });
});
