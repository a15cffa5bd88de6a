import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findMissingOutput } from "./expect-output.ts";

const output = "start\ngitserver\n  x86_64, aarch64  \n    + tree 2.3.2-r3\n    kept 64\n\nend (1.5 s)\n";

suite("findMissingOutput()", () => {
  for (const [shown, why] of [
    [[], "nothing is shown"],
    [["gitserver", "  x86_64, aarch64", "    + tree 2.3.2-r3"], "lines stand together"],
    [["    + tree …", "    kept …"], "… is any text in a line"],
    [["start", "…", "    kept 64", "…"], "… is any lines"],
    [["…", "start", "…", "gitserver"], "… may be no line"],
    [["", "    kept 64", "", "end (1.5 s)", ""], "empty lines at the edges do not count"],
  ] as const) {
    test(`finds ${JSON.stringify(shown)}: ${why}`, () => {
      assert.equal(findMissingOutput(shown, output), undefined);
    });
  }

  for (const [shown, missing, why] of [
    [["gitserve"], ["gitserve"], "a part of a line is not the line"],
    [["start", "    kept 64"], ["start", "    kept 64"], "lines in between"],
    [["    kept 64", "…", "gitserver"], ["gitserver"], "the wrong order"],
    [["start", "…", "start"], ["start"], "one line is not two"],
    [["end (1x5 s)"], ["end (1x5 s)"], "only … is special"],
    [["end (1.5 s)", "", "", "more"], ["end (1.5 s)", "", "", "more"], "behind the end"],
    [["x86_64, aarch64"], ["x86_64, aarch64"], "spaces at the beginning count"],
  ] as const) {
    test(`misses ${JSON.stringify(shown)}: ${why}`, () => {
      assert.deepEqual(findMissingOutput(shown, output), missing);
    });
  }
});
