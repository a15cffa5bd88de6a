import { readFileSync } from "node:fs";
import { base } from "../../js/lib/base.mjs";
import { greet } from "../library/greeting.js";
import { origin } from "../library/shape.mjs";
export const answer = `${greet("name: Wolfi")} at the ${origin.kind}`;
if (process.argv[2] === "greet")
    console.log(answer);
if (process.argv[2] === "base")
    console.log(base);
if (process.argv[2] === "words")
    console.log(readFileSync(new URL("words.txt", import.meta.url), "utf8").trim());
//# sourceMappingURL=main.js.map