// apko as a file in `data`: `$(rootpath)` is its path from the working directory.
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const help = execFileSync(resolve(process.env.APKO), ["lock", "--help"], { encoding: "utf8", env: {} });
console.log(help.includes("--include-paths") ? "apko lock takes --include-paths" : help);
