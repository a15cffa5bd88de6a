import assert from "node:assert/strict";
import { afterEach, beforeEach, suite, test } from "node:test";
import { oracleSeeds } from "./oracle-budget.ts";

const variables = ["WOLFI_ORACLE_CASES", "WOLFI_ORACLE_SEED"] as const;

suite("oracleSeeds()", () => {
  const before = variables.map((name) => process.env[name]);
  const restore = (): void => variables.forEach((name, at) => set(name, before[at]));
  beforeEach(() => variables.forEach((name) => set(name, undefined)));
  afterEach(restore);

  test("are the suite's share, from 1", () => {
    assert.deepEqual(oracleSeeds(3), [1, 2, 3]);
  });

  test("are in proportion to the number asked for, from the seed asked for, at least one", () => {
    set("WOLFI_ORACLE_CASES", "3000");
    set("WOLFI_ORACLE_SEED", "17");
    assert.deepEqual(oracleSeeds(2), [17, 18, 19, 20]);
    set("WOLFI_ORACLE_CASES", "1");
    assert.deepEqual(oracleSeeds(1000), [17]);
    set("WOLFI_ORACLE_CASES", "0");
    assert.deepEqual(oracleSeeds(1000), [17]);
    set("WOLFI_ORACLE_CASES", "");
    assert.equal(oracleSeeds(5).length, 5);
  });

  test("refuses what is no number", () => {
    for (const text of ["many", "-1", "1.5", "1e99"]) {
      set("WOLFI_ORACLE_CASES", text);
      assert.throws(() => oracleSeeds(1), { message: `WOLFI_ORACLE_CASES is no whole number: ${text}` });
    }
  });
});

function set(name: (typeof variables)[number], value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
