import { isAlias, isMap, isScalar, isSeq, type ParsedNode, Scalar } from "yaml";
import { type Position, WolfiError } from "../error/wolfi-error.ts";
import { parseYaml, type YamlDocument, type YamlFormat } from "./document.ts";
import type { JsonSchema } from "./json-schema.ts";
import { isNullNode, resolveScalar, scalarText } from "./scalar.ts";

/** How one kind of value is read from YAML: strict about types and fields, with every problem collected. */
export interface Shape<T> {
  /** The value where nothing is given. A field whose shape has none is required. */
  readonly zero?: T;
  /** What it takes, for editors and documentation. */
  readonly schema: JsonSchema;
  /** Undefined for what was wrong and is reported. */
  readonly read: (node: ParsedNode, context: ReadContext) => T | undefined;
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

export interface YamlResult<T> {
  /** What could be read; undefined only where there are problems. */
  readonly value: T | undefined;
  readonly problems: readonly WolfiError[];
}

const maxNodes = 200_000;

/** Reads the first document of a YAML file. All of its problems are found at once, unless its syntax is wrong. */
export function readYaml<T>(bytes: Uint8Array, file: string, format: YamlFormat, shape: Shape<T>): YamlResult<T> {
  const problems: WolfiError[] = [];
  const document = parseYaml(bytes, file, format, problems);
  if (document === undefined) return { value: undefined, problems };
  const context: ReadContext = { document, problems, path: [], open: new Set(), remaining: maxNodes };
  const value = readNode(shape, document.root, context) ?? shape.zero;
  const isSilent = value === undefined && problems.length === 0;
  if (isSilent) report(document.root, context, "WRONG_TYPE", "the file says nothing");
  return { value, problems };
}

/** Undefined for nothing given too, which the format may allow. */
export function readNode<T>(shape: Shape<T>, node: ParsedNode, context: ReadContext): T | undefined {
  if (context.remaining-- <= 0) {
    if (context.remaining === -1) report(node, context, "YAML_ALIAS", "the aliases stand for too many values");
    return undefined;
  }
  const isNothing = context.document.format.rules === "apko" && isNullNode(node);
  if (!isAlias(node)) return isNothing ? undefined : shape.read(node, context);
  const target = followAlias(node, context);
  if (target === undefined) return undefined;
  context.open.add(node);
  const value = readNode(shape, target, context);
  context.open.delete(node);
  return value;
}

/** What an alias stands for; undefined where that is nothing, which is reported. */
export function followAlias(alias: ParsedNode, context: ReadContext): ParsedNode | undefined {
  const { aliases, format } = context.document;
  if (format.rules === "plain") return report(alias, context, "YAML_ALIAS", "aliases are not allowed");
  const target = aliases.get(alias);
  if (target === undefined) {
    const name = (alias as { readonly source?: string }).source ?? "";
    return report(alias, context, "YAML_ALIAS", `no anchor "&${name}" comes before this alias`);
  }
  if (context.open.has(alias)) return report(alias, context, "YAML_ALIAS", "the value contains itself");
  return target;
}

/** Reports a value that is of another kind than it must be. `expected` completes "must be …". */
export function mustBe(
  node: ParsedNode,
  context: ReadContext,
  expected: string,
  { code = "WRONG_TYPE", cure }: { readonly code?: string; readonly cure?: string | undefined } = {},
): undefined {
  const what = context.path.length === 0 ? "the file" : `"${context.path.join(".")}"`;
  return report(node, context, code, `${what} must be ${expected}, not ${describe(node)}`, cure);
}

export function report(
  place: ParsedNode | Position,
  { document, problems }: ReadContext,
  code: string,
  reason: string,
  cure?: string,
): undefined {
  const position = "file" in place ? place : document.position(place);
  const options = { kind: "input", position, cure } as const;
  problems.push(new WolfiError(code, `Cannot read ${document.format.name}: ${reason}`, options));
}

function describe(node: ParsedNode): string {
  if (isSeq(node)) return "a list";
  if (isMap(node)) return "a mapping";
  if (!isScalar(node)) return "an alias";
  if (node.type === Scalar.PLAIN && node.source === "") return "nothing";
  const { kind } = resolveScalar(node);
  const shown = JSON.stringify(scalarText(node).replace(/^(.{40}).+$/s, "$1…"));
  return kind === "integer" || kind === "float" ? `the number ${shown.slice(1, -1)}` : `the text ${shown}`;
}
