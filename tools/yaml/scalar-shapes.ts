import { isScalar, type ParsedNode } from "yaml";
import { nearestName } from "../error/nearest-name.ts";
import type { Position } from "../error/wolfi-error.ts";
import { enumOf, type JsonSchema } from "./json-schema.ts";
import { mustBe, type Shape } from "./read-yaml.ts";
import { refined, withZero } from "./refine.ts";
import { type ResolvedScalar, resolveScalar, scalarText } from "./scalar.ts";

/** A text and where it stands, for problems that only show later. */
export interface Located {
  readonly text: string;
  readonly position: Position;
}

/** Text; a number or a truth value is taken as it is written (`1.10` is "1.10"). */
export const text: Shape<string> = {
  zero: "",
  schema: textSchema("text"),
  read: (node, context) => textOf(node) ?? mustBe(node, context, "text"),
};

/** {@link text} with its position. */
export const located: Shape<Located> = withZero(placed(text), { text: "", position: { file: "" } });

/** A text of some form with its position. A field of it is required. */
export function placed(shape: Shape<string>): Shape<Located> {
  return refined(shape, (written, { position }) => ({ text: written, position }));
}

/**
 * {@link text} of a certain form. A field of it is required.
 *
 * @param expected completes "must be …"
 */
export function matching(form: TextForm, expected: string): Shape<string> {
  return {
    schema: textSchema(expected, form.source === undefined ? {} : { pattern: form.source }),
    read(node, context) {
      const written = textOf(node);
      if (written === undefined) return mustBe(node, context, expected);
      return form.test(written) ? written : mustBe(node, context, expected, { code: "WRONG_VALUE" });
    },
  };
}

/** A regular expression, or what answers like one. */
interface TextForm {
  test(text: string): boolean;
  readonly source?: string;
}

/** One of some words. A field of it is required. */
export function oneOf(words: readonly string[]): Shape<string> {
  const expected = words.length === 1 ? `"${words[0]}"` : `one of ${words.join(", ")}`;
  return {
    schema: { enum: enumOf(words) },
    read(node, context) {
      const written = textOf(node);
      if (written === undefined) return mustBe(node, context, expected);
      if (words.includes(written)) return written;
      const nearest = nearestName(written, words);
      const cure = nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
      return mustBe(node, context, expected, { code: "WRONG_VALUE", cure });
    },
  };
}

/** {@link text} that is not empty. A field of it is required. */
export const filled: Shape<string> = {
  ...matching(/./s, "text that is not empty"),
  schema: textSchema("text that is not empty", { minLength: 1 }),
};

/** A whole number from 0 to 4294967295. */
export const unsigned: Shape<number> = wholeNumber("a whole number from 0 to 4294967295", 0n, 2n ** 32n - 1n);

/** A whole number that is safe in JavaScript. */
export const integer: Shape<number> = wholeNumber("a whole number", -(2n ** 53n) + 1n, 2n ** 53n - 1n);

/** True or false; the words of YAML 1.1 (`yes`, `off`) count too, quoted or not. */
export const flag: Shape<boolean> = {
  zero: false,
  schema: {
    type: ["boolean", "string"],
    errorMessage: "This must be true or false",
    pattern: "^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$",
  },
  read(node, context) {
    const scalar = scalarOf(node);
    if (scalar?.kind === "boolean") return scalar.value;
    if (scalar?.kind === "text" && /^(y|Y|yes|Yes|YES|on|On|ON)$/.test(scalar.value)) return true;
    if (scalar?.kind === "text" && /^(n|N|no|No|NO|off|Off|OFF)$/.test(scalar.value)) return false;
    return mustBe(node, context, "true or false");
  },
};

function wholeNumber(expected: string, least: bigint, greatest: bigint): Shape<number> {
  return {
    zero: 0,
    schema: {
      type: "integer",
      errorMessage: `This must be ${expected}`,
      minimum: Number(least),
      maximum: Number(greatest),
    },
    read(node, context) {
      const scalar = scalarOf(node);
      let value: bigint | undefined;
      if (scalar?.kind === "integer") value = scalar.value;
      // `1e3` is a whole number; apko would also cut 1.5 to 1, which nobody means.
      if (scalar?.kind === "float" && Number.isSafeInteger(scalar.value)) value = BigInt(scalar.value);
      if (value === undefined || value < least || value > greatest) return mustBe(node, context, expected);
      return Number(value);
    },
  };
}

function textSchema(expected: string, form: JsonSchema = {}): JsonSchema {
  return { type: ["string", "number", "boolean"], errorMessage: `This must be ${expected}`, ...form };
}

function textOf(node: ParsedNode): string | undefined {
  const scalar = scalarOf(node);
  if (!isScalar(node) || scalar?.kind === "mismatch") return undefined;
  return scalar?.kind === "text" ? scalar.value : scalarText(node);
}

function scalarOf(node: ParsedNode): ResolvedScalar | undefined {
  return isScalar(node) ? resolveScalar(node) : undefined;
}
