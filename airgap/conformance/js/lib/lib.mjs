import { readFileSync } from "node:fs";
import { base } from "./base.mjs";

export const lib = `${base} ${readFileSync(new URL("lib.txt", import.meta.url), "utf8").trim()}`;
