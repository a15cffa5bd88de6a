import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fitSections, type Section, SEPARATOR } from "./fit-sections.ts";

suite("fitSections()", () => {
  test("leaves nothing out where there is room, to the character", () => {
    const sections = [section("a", 3), section("b", 2)];
    const whole = ["a\n\n<\na 0\na 1\na 2\n>", "b\n\n<\nb 0\nb 1\n>"];
    const length = whole.reduce((sum, text) => sum + text.length + SEPARATOR.length, 0);
    assert.deepEqual(fitSections(sections, 1000), whole);
    assert.deepEqual(fitSections(sections.slice(0, 1), whole[0]!.length + SEPARATOR.length), whole.slice(0, 1));
    assert.ok(fitSections(sections, length - 1).some((text) => text.includes("left out")));
  });

  test("a section that needs little leaves the room to the others, wherever it stands", () => {
    const [long, short, longer] = fitSections([section("a", 100), section("b", 1), section("c", 200)], 400) as string[];
    assert.equal(short, "b\n\n<\nb 0\n>");
    assert.match(long!, /^a\n\n<\na 0\n[^]*\n>\n\n\d+ left out$/);
    assert.ok(Math.abs(long!.length - longer!.length) < 20, `${long!.length} and ${longer!.length}`);
    assert.ok([long, short, longer].join(SEPARATOR).length <= 400);
  });

  test("the frame of a table stands only around rows", () => {
    assert.deepEqual(fitSections([section("a", 100)], 20), ["a\n\n100 left out"]);
  });

  for (let room = 60; room <= 400; room += 17) {
    test(`${room} characters are enough, and each row is shown or counted`, () => {
      const texts = fitSections([section("a", 20), section("b", 9), section("c", 30)], room);
      assert.ok(texts.join(SEPARATOR).length <= room);
      for (const [at, count] of [20, 9, 30].entries()) {
        const shown = (texts[at]!.match(/^. \d+$/gm) ?? []).length;
        const [, hidden = "0"] = /^(\d+) left out$/m.exec(texts[at]!) ?? [];
        assert.equal(shown + Number(hidden), count);
      }
    });
  }
});

function section(name: string, count: number): Section {
  const rows = Array.from({ length: count }, (_, at) => `${name} ${at}`);
  return { heading: name, above: "<", rows, below: ">", rest: (shown) => `${count - shown} left out` };
}
