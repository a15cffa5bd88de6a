import { parse } from "yaml";
import { trimmed } from "./inner/trimmed.ts";

/** Reads `name: X` and greets X. */
export function greet(document: string): string {
  const { name } = parse(document) as { readonly name: string };
  return `Hello, ${trimmed(name)}`;
}
