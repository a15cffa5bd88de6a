import { isScalar, Scalar, type ParsedNode } from "yaml";

/** What a scalar means to apko: its YAML library (yaml.v3 3.0.1, resolve.go) mixes YAML 1.1 and 1.2. */
export type ResolvedScalar =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  /** An explicit tag that the text does not fit, as in `!!int five`. */
  | { readonly kind: "mismatch"; readonly tag: string };

const tagPrefix = "tag:yaml.org,2002:";
const nulls = new Set(["", "~", "null", "Null", "NULL"]);
const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
]);
const floatWords: ReadonlyMap<string, number> = new Map(
  [".nan", ".NaN", ".NAN"]
    .map((word): [string, number] => [word, NaN])
    .concat(
      [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word): [string, number] => [word, Infinity]),
      ["-.inf", "-.Inf", "-.INF"].map((word): [string, number] => [word, -Infinity]),
    ),
);

/** Resolves a scalar that was parsed with the `failsafe` schema, which leaves every text as it is. */
export function resolveScalar(node: Scalar.Parsed): ResolvedScalar {
  const text = scalarText(node);
  const tag = node.tag?.startsWith(tagPrefix) ? node.tag.slice(tagPrefix.length) : undefined;
  const isPlain = node.type === Scalar.PLAIN || node.type === undefined;
  if (tag === undefined) return isPlain ? resolvePlain(text) : { kind: "text", value: text };
  switch (tag) {
    case "str":
      return { kind: "text", value: text };
    case "binary":
      return resolveBinary(text);
    case "null":
    case "bool":
    case "int":
    case "float":
      return resolveTagged(tag, text);
    default:
      return { kind: "text", value: text };
  }
}

/** The text of a scalar as it stands in the file, without quotes and escapes: `1.10` stays `1.10`. */
export function scalarText(node: Scalar.Parsed): string {
  return node.source;
}

/** True for what apko takes as "nothing given": an empty value, `~` or `null`. */
export function isNullNode(node: ParsedNode): boolean {
  return isScalar(node) && resolveScalar(node).kind === "null";
}

function resolvePlain(text: string): ResolvedScalar {
  if (nulls.has(text)) return { kind: "null" };
  const boolean = booleans.get(text);
  if (boolean !== undefined) return { kind: "boolean", value: boolean };
  const word = floatWords.get(text);
  if (word !== undefined) return { kind: "float", value: word };
  if (!/^[-+.0-9]/.test(text)) return { kind: "text", value: text };
  const integer = parseInteger(text);
  if (integer !== undefined) return { kind: "integer", value: integer };
  const digits = text.replaceAll("_", "");
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(digits)) {
    return { kind: "float", value: Number(digits) };
  }
  return { kind: "text", value: text };
}

/** Decimal, `0x`, `0o`, `0b` and YAML 1.1's octal `0755`, with a sign and underscores; 64 bits, else undefined. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.exec(text.replaceAll("_", ""));
  if (match === null) return undefined;
  const [, sign, digits] = match as unknown as [string, string, string];
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = sign === "-" ? -magnitude : magnitude;
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : undefined;
}

function resolveTagged(tag: "null" | "bool" | "int" | "float", text: string): ResolvedScalar {
  const resolved = resolvePlain(text);
  const kind = { null: "null", bool: "boolean", int: "integer", float: "float" }[tag];
  if (resolved.kind === kind) return resolved;
  if (tag === "float" && resolved.kind === "integer") return { kind: "float", value: Number(resolved.value) };
  return { kind: "mismatch", tag: `!!${tag}` };
}

function resolveBinary(text: string): ResolvedScalar {
  const compact = text.replace(/[\r\n]/g, "");
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    return { kind: "mismatch", tag: "!!binary" };
  }
  return { kind: "text", value: Buffer.from(compact, "base64").toString("utf8") };
}
