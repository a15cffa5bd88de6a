import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parseIndexText } from "../apk/apk-index.ts";
import { skipWithoutTestData } from "../apk/testing/test-data.ts";
import { findUnsound } from "./find-unsound.ts";
import { solve } from "./solve.ts";
import { randomWorlds } from "./testing/random-world.ts";

suite("findUnsound()", () => {
  test("finds nothing in what an index of Wolfi's size is solved to", { skip: skipWithoutTestData }, async (t) => {
    const file = join(process.env["WOLFI_TEST_DATA"]!, "wolfi-scale", "APKINDEX.gz");
    const packages = parseIndexText(gunzipSync(await readFile(file)).toString());
    const makeWorld = randomWorlds({ label: "", url: "/wolfi/x86_64", packages });
    let solved = 0;
    for (let seed = 0; seed < 1500; seed++) {
      const { world, indexes } = makeWorld(seed);
      const solution = solve(world, indexes);
      if (solution.kind === "unsatisfiable") continue;
      solved++;
      const found = findUnsound(
        world,
        solution.packages.map((candidate) => candidate.package),
      );
      assert.deepEqual(found, [], `seed ${seed}`);
    }
    t.diagnostic(`${solved} worlds`);
    assert.ok(solved > 500, `${solved} worlds`);
  });
});
