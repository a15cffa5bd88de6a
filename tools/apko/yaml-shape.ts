import { isAlias, isMap, isScalar, isSeq, type ParsedNode, Scalar, type YAMLMap } from "yaml";
import { type Position, WolfiError } from "../error/wolfi-error.ts";
import { nearestName } from "./nearest-name.ts";
import type { YamlDocument } from "./yaml-document.ts";
import { isNullNode, resolveScalar, scalarText } from "./yaml-scalar.ts";

/**
 * How one kind of value is read from YAML: typed as apko types it, strict about fields, with every problem collected.
 *
 * Rules of apko's YAML library (yaml.v3 3.0.1, decode.go): null leaves the zero value, an element of a list that is
 * null is dropped, merge keys (`<<`) and aliases work, a key that stands twice is an error.
 */
export interface Shape<T> {
  /** The value where nothing is given. */
  readonly zero: T;
  /** As it completes "must be …". */
  readonly expected: string;
  /** Undefined for null and for what was wrong and is reported. */
  read(node: ParsedNode, context: ReadContext): T | undefined;
}

/** A text and where it stands, for problems that only show later. */
export interface Located {
  readonly text: string;
  readonly position: Position;
}

/** What one reading of a document collects. */
export interface ReadContext {
  readonly document: YamlDocument;
  readonly problems: WolfiError[];
  /** The field that is being read, from the top: `["contents", "packages"]`. */
  readonly path: string[];
  /** The aliases that are being followed: one that comes back contains itself. */
  readonly open: Set<ParsedNode>;
  /** How many more nodes may be read: ten aliases of ten aliases of … would never end. */
  remaining: number;
}

const maxNodes = 200_000;

/** Reads a document. Where there are problems, the value holds what could be read. */
export function readDocument<T>(
  shape: Shape<T>,
  document: YamlDocument,
): { readonly value: T; readonly problems: readonly WolfiError[] } {
  const context: ReadContext = { document, problems: [], path: [], open: new Set(), remaining: maxNodes };
  const value = readNode(shape, document.root, context) ?? shape.zero;
  return { value, problems: context.problems };
}

/** Text; a number or a truth value is taken as it is written. */
export const text: Shape<string> = {
  zero: "",
  expected: "text",
  read(node, context) {
    if (!isScalar(node)) return wrongType(node, context, text.expected);
    const scalar = resolveScalar(node);
    if (scalar.kind === "mismatch") return wrongType(node, context, text.expected);
    return scalar.kind === "text" ? scalar.value : scalarText(node);
  },
};

/** {@link text} with its position. */
export const located: Shape<Located> = {
  zero: { text: "", position: { file: "" } },
  expected: text.expected,
  read(node, context) {
    const value = text.read(node, context);
    return value === undefined ? undefined : { text: value, position: context.document.position(node) };
  },
};

/** A whole number from 0 to 4294967295. */
export const unsigned: Shape<number> = wholeNumber("a whole number from 0 to 4294967295", 0n, 2n ** 32n - 1n);

/** A whole number that is safe in JavaScript. */
export const integer: Shape<number> = wholeNumber("a whole number", -(2n ** 53n) + 1n, 2n ** 53n - 1n);

/** True or false; the words of YAML 1.1 (`yes`, `off`) count too, quoted or not. */
export const flag: Shape<boolean> = {
  zero: false,
  expected: "true or false",
  read(node, context) {
    const scalar = isScalar(node) ? resolveScalar(node) : undefined;
    if (scalar?.kind === "boolean") return scalar.value;
    if (scalar?.kind === "text" && /^(y|Y|yes|Yes|YES|on|On|ON)$/.test(scalar.value)) return true;
    if (scalar?.kind === "text" && /^(n|N|no|No|NO|off|Off|OFF)$/.test(scalar.value)) return false;
    return wrongType(node, context, flag.expected);
  },
};

/** A value whose absence means something else than its zero value. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return { zero: undefined, expected: shape.expected, read: (node, context) => shape.read(node, context) };
}

export function list<T>(element: Shape<T>): Shape<readonly T[]> {
  return {
    zero: [],
    expected: "a list",
    read(node, context) {
      if (!isSeq(node)) return wrongType(node, context, "a list");
      return node.items.flatMap((item) => readNode(element, item, context) ?? []);
    },
  };
}

/** Text by text. A key without a value has the empty text. */
export const textMap: Shape<ReadonlyMap<string, string>> = {
  zero: new Map(),
  expected: "a mapping",
  read(node, context) {
    if (!isMap(node)) return wrongType(node, context, "a mapping");
    const values = new Map<string, string>();
    readEntries(node, context, new Set(), (key, value) => {
      values.set(key.text, readNode(text, value, context) ?? "");
    });
    return values;
  },
};

/** A mapping with known fields; any other is reported, with the name that was probably meant. */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> {
  const shapes = new Map<string, Shape<unknown>>(Object.entries(fields));
  const zero = Object.fromEntries([...shapes].map(([name, shape]) => [name, shape.zero])) as T;
  return {
    zero,
    expected: "a mapping",
    read(node, context) {
      if (!isMap(node)) return wrongType(node, context, "a mapping");
      const value = { ...zero } as Record<string, unknown>;
      readEntries(node, context, new Set(), (key, child) => {
        const shape = shapes.get(key.text);
        if (shape === undefined) return reportUnknownField(key, [...shapes.keys()], context);
        context.path.push(key.text);
        value[key.text] = readNode(shape, child, context) ?? shape.zero;
        context.path.pop();
      });
      return value as T;
    },
  };
}

/** @param node null where flow style leaves a value out: `{a, b: c}` */
function readNode<T>(shape: Shape<T>, node: ParsedNode | null, context: ReadContext): T | undefined {
  if (node === null) return undefined;
  if (context.remaining-- <= 0) {
    if (context.remaining === -1) report(node, context, "YAML_ALIAS", "the aliases stand for too many values");
    return undefined;
  }
  if (!isAlias(node)) return isNullNode(node) ? undefined : shape.read(node, context);
  const target = followAlias(node, context);
  if (target === undefined) return undefined;
  context.open.add(node);
  const value = readNode(shape, target, context);
  context.open.delete(node);
  return value;
}

/** Calls back for each key that is not in `seen`: first those of the mapping itself, then those merged into it. */
function readEntries(
  map: YAMLMap.Parsed,
  context: ReadContext,
  seen: Set<string>,
  onEntry: (key: Located, value: ParsedNode | null) => void,
): void {
  const lines = new Map<string, number | undefined>();
  const merges: ParsedNode[] = [];
  for (const { key: keyNode, value } of map.items) {
    if (isMissingKey(keyNode)) {
      report(keyNode ?? (value as ParsedNode), context, "YAML_SYNTAX", 'there is no key before ":"');
      continue;
    }
    const key = readNode(located, keyNode, context);
    if (key === undefined) continue;
    if (lines.has(key.text)) {
      const reason = `the key "${key.text}" stands twice, first in line ${lines.get(key.text) ?? "?"}`;
      report(keyNode, context, "DUPLICATE_KEY", reason, "Join the two");
      continue;
    }
    lines.set(key.text, key.position.line);
    if (isMergeKey(keyNode)) merges.push(value ?? keyNode);
    else if (!seen.has(key.text)) {
      seen.add(key.text);
      onEntry(key, value);
    }
  }
  for (const merge of merges) {
    const sources = isSeq(merge) ? merge.items : [merge];
    for (const source of sources) readMerged(source, context, seen, onEntry);
  }
}

function readMerged(
  source: ParsedNode,
  context: ReadContext,
  seen: Set<string>,
  onEntry: (key: Located, value: ParsedNode | null) => void,
): void {
  const target = isAlias(source) ? followAlias(source, context) : source;
  if (target === undefined) return;
  if (!isMap(target)) {
    report(source, context, "WRONG_TYPE", '"<<" must be a mapping or a list of mappings');
    return;
  }
  if (context.remaining-- <= 0) return;
  context.open.add(source);
  readEntries(target, context, seen, onEntry);
  context.open.delete(source);
}

function followAlias(alias: ParsedNode, context: ReadContext): ParsedNode | undefined {
  const target = context.document.aliases.get(alias);
  if (target === undefined) {
    const name = (alias as { readonly source?: string }).source ?? "";
    report(alias, context, "YAML_ALIAS", `no anchor "&${name}" comes before this alias`);
  } else if (context.open.has(alias)) {
    report(alias, context, "YAML_ALIAS", "the value contains itself");
    return undefined;
  }
  return target;
}

function isMergeKey(key: ParsedNode): boolean {
  return (
    isScalar(key) && key.type === Scalar.PLAIN && key.source === "<<" && (key.tag === undefined || key.tag === "!")
  );
}

/** `: value`, which YAML 1.2 takes and apko does not. `~: value` is another thing. */
function isMissingKey(key: ParsedNode | null): boolean {
  return key === null || (isScalar(key) && key.type === Scalar.PLAIN && key.source === "" && key.tag === undefined);
}

function wholeNumber(expected: string, least: bigint, greatest: bigint): Shape<number> {
  return {
    zero: 0,
    expected,
    read(node, context) {
      const scalar = isScalar(node) ? resolveScalar(node) : undefined;
      let value: bigint | undefined;
      if (scalar?.kind === "integer") value = scalar.value;
      // `1e3` is a whole number; apko would also cut 1.5 to 1, which nobody means.
      if (scalar?.kind === "float" && Number.isSafeInteger(scalar.value)) value = BigInt(scalar.value);
      if (value === undefined || value < least || value > greatest) return wrongType(node, context, expected);
      return Number(value);
    },
  };
}

function wrongType(node: ParsedNode, context: ReadContext, expected: string): undefined {
  const what = context.path.length === 0 ? "an image configuration" : `"${context.path.join(".")}"`;
  report(node, context, "WRONG_TYPE", `${what} must be ${expected}, not ${describe(node)}`);
}

function describe(node: ParsedNode): string {
  if (isSeq(node)) return "a list";
  if (isMap(node)) return "a mapping";
  if (!isScalar(node)) return "an alias";
  const { kind } = resolveScalar(node);
  const shown = JSON.stringify(scalarText(node).replace(/^(.{40}).+$/s, "$1…"));
  return kind === "integer" || kind === "float" ? `the number ${shown.slice(1, -1)}` : `the text ${shown}`;
}

function reportUnknownField(key: Located, known: readonly string[], context: ReadContext): void {
  const nearest = nearestName(key.text, known);
  const place = context.path.length === 0 ? "" : ` in "${context.path.join(".")}"`;
  context.problems.push(
    new WolfiError("UNKNOWN_FIELD", `Cannot read image configuration: unknown field "${key.text}"${place}`, {
      kind: "input",
      position: key.position,
      cure: nearest === undefined ? `The fields are ${known.join(", ")}` : `Did you mean "${nearest}"?`,
    }),
  );
}

function report(node: ParsedNode, context: ReadContext, code: string, reason: string, cure?: string): void {
  context.problems.push(
    new WolfiError(code, `Cannot read image configuration: ${reason}`, {
      kind: "input",
      position: context.document.position(node),
      ...(cure === undefined ? {} : { cure }),
    }),
  );
}
