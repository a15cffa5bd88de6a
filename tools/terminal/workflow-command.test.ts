import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { annotationCommand, problemCommand } from "./workflow-command.ts";

const position = { file: "images/a.yaml", line: 4, column: 3 };

suite("problemCommand()", () => {
  for (const [why, problem, environment, expected] of [
    ["a message alone", new WolfiError("X", "broken"), {}, "::error title=wolfi (X)::broken"],
    [
      "the place, in the message too",
      new WolfiError("X", "broken", { position }),
      {},
      "::error title=wolfi (X),file=images/a.yaml,line=4,col=3::images/a.yaml:4:3: broken",
    ],
    [
      "a file alone",
      new WolfiError("X", "broken", { position: { file: "a.yaml" } }),
      {},
      "::error title=wolfi (X),file=a.yaml::a.yaml: broken",
    ],
    [
      "how it came about and what to do are lines of the message",
      new WolfiError("X", "one\ntwo", { details: ["└ three"], cure: "four" }),
      {},
      "::error title=wolfi (X)::one%0Atwo%0A└ three%0Afour",
    ],
    [
      "what has a meaning is escaped: %, line breaks, and : and , in a property",
      new WolfiError("X", "50%: a,b\r\n::error::c", { position: { file: "a,b:c%\n.yaml" } }),
      {},
      "::error title=wolfi (X),file=a%2Cb%3Ac%25%0A.yaml::a,b:c%25%0A.yaml: 50%25: a,b\\u000d%0A::error::c",
    ],
    [
      "no credentials, no commands to a terminal",
      new WolfiError("X", "GET https://me:secret@a.test/\u001b[2K"),
      {},
      "::error title=wolfi (X)::GET https://a.test/\\u001b[2K",
    ],
    [
      "a workspace below the checkout",
      new WolfiError("X", "broken", { position }),
      { GITHUB_WORKSPACE: "/c" },
      "::error title=wolfi (X),file=w/images/a.yaml,line=4,col=3::images/a.yaml:4:3: broken",
    ],
    [
      "a workspace beside the checkout",
      new WolfiError("X", "broken", { position }),
      { GITHUB_WORKSPACE: "/d" },
      "::error title=wolfi (X),file=images/a.yaml,line=4,col=3::images/a.yaml:4:3: broken",
    ],
  ] as const) {
    test(why, () => assert.equal(problemCommand(problem, [], { folder: "/c/w", environment }), expected));
  }

  test("says what follows in the end", () => {
    const problem = new WolfiError("X", "broken", { cure: "mend" });
    const command = problemCommand(problem, ["more"], { folder: "/", environment: {} });
    assert.equal(command, "::error title=wolfi (X)::broken%0Amend%0Amore");
  });
});

suite("annotationCommand()", () => {
  test("has a level and a place", () => {
    const place = { folder: "/c/w", environment: {} };
    assert.equal(annotationCommand("warning", "a\nb", undefined, place), "::warning title=wolfi::a%0Ab");
    assert.equal(
      annotationCommand("error", "a", { file: "a.lock.json" }, place),
      "::error title=wolfi,file=a.lock.json::a",
    );
  });
});
