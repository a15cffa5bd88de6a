import { InvalidArgumentError } from "commander";
import type { TextFormat, Written } from "../workspace/text-format.ts";

/** Reads an option's argument. */
export function writtenAs<T>({ parse, form }: TextFormat<T>): (text: string) => Written<T> {
  return (text) => {
    const value = parse(text);
    if (value === undefined) throw new InvalidArgumentError(`It must be ${form}.`);
    return { text, value };
  };
}
