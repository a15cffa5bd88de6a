// Starts another js_binary, and prints what that one says; then the files of a folder in `data`.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";

process.stdout.write(execFileSync(resolve(process.env.REPORT), ["nested"], { encoding: "utf8" }));
console.log(readdirSync("js/folder", { recursive: true }).sort().join("\n"));
