import { isAlias, isMap, isScalar, isSeq, type ParsedNode, Scalar, type YAMLMap } from "yaml";
import { nearestName } from "../error/nearest-name.ts";
import { followAlias, mustBe, type ReadContext, readNode, report, type Shape } from "./read-yaml.ts";
import { located, type Located, text } from "./scalar-shapes.ts";

export function list<T>(element: Shape<T>): Shape<readonly T[]> {
  return {
    zero: [],
    schema: { type: "array", errorMessage: "This must be a list", items: element.schema },
    read(node, context) {
      if (!isSeq(node)) return mustBe(node, context, "a list");
      return node.items.flatMap((item) => readNode(element, item, context) ?? []);
    },
  };
}

/** Text by text. A key without a value has the empty text. */
export const textMap: Shape<ReadonlyMap<string, string>> = {
  zero: new Map(),
  schema: { type: "object", additionalProperties: text.schema },
  read(node, context) {
    if (!isMap(node)) return mustBe(node, context, "a mapping");
    const values = new Map<string, string>();
    readEntries(node, context, new Set(), (key, value) => {
      values.set(key.text, readValue(text, key, value, context) ?? "");
    });
    return values;
  },
};

/**
 * A mapping with known fields; any other is reported, with the name that was probably meant. It may be left out where
 * all of its fields may; where a field is wrong, it has that field's zero value, or is undefined if there is none. The
 * value has all fields, in the order given here.
 */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> {
  const shapes = new Map<string, Shape<unknown>>(Object.entries(fields));
  const zeros = Object.fromEntries(
    [...shapes].flatMap(([name, shape]) => ("zero" in shape ? [[name, shape.zero]] : [])),
  );
  const required = [...shapes.keys()].filter((name) => !Object.hasOwn(zeros, name));
  return {
    ...(required.length === 0 ? { zero: zeros as T } : {}),
    schema: {
      type: "object",
      properties: Object.fromEntries([...shapes].map(([name, { schema }]) => [name, schema])),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    },
    read(node, context) {
      if (!isMap(node)) return mustBe(node, context, "a mapping");
      const value: Record<string, unknown> = { ...zeros };
      const wrong = new Set<string>();
      readEntries(node, context, new Set(), (key, child) => {
        const shape = shapes.get(key.text);
        if (shape === undefined) return reportUnknownField(key, [...shapes.keys()], context);
        const before = context.problems.length;
        context.path.push(key.text);
        const read = readValue(shape, key, child, context);
        context.path.pop();
        if (read !== undefined) value[key.text] = read;
        else if (context.problems.length > before) wrong.add(key.text);
      });
      for (const name of required) {
        if (Object.hasOwn(value, name) || wrong.has(name)) continue;
        report(node, context, "MISSING_FIELD", `the field "${name}" is missing${inPath(context)}`);
      }
      if (!required.every((name) => Object.hasOwn(value, name))) return undefined;
      // In the order of the fields, however the file has them.
      return Object.fromEntries(Array.from(shapes.keys(), (name) => [name, value[name]])) as T;
    },
  };
}

/** @param value null where flow style leaves it out: `{a, b: c}` */
function readValue<T>(shape: Shape<T>, key: Located, value: ParsedNode | null, context: ReadContext): T | undefined {
  if (value !== null) return readNode(shape, value, context);
  if (context.document.format.rules === "apko") return undefined;
  return report(key.position, context, "WRONG_TYPE", `the field "${key.text}" has no value`);
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
    if (context.document.format.rules === "apko" && isMergeKey(keyNode)) merges.push(value ?? keyNode);
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

function isMergeKey(key: ParsedNode): boolean {
  return (
    isScalar(key) && key.type === Scalar.PLAIN && key.source === "<<" && (key.tag === undefined || key.tag === "!")
  );
}

/** `: value`, which YAML 1.2 takes and apko does not. `~: value` is another thing. */
function isMissingKey(key: ParsedNode | null): boolean {
  return key === null || (isScalar(key) && key.type === Scalar.PLAIN && key.source === "" && key.tag === undefined);
}

function reportUnknownField(key: Located, known: readonly string[], context: ReadContext): void {
  const nearest = nearestName(key.text, known);
  const cure = nearest === undefined ? `The fields are ${known.join(", ")}` : `Did you mean "${nearest}"?`;
  report(key.position, context, "UNKNOWN_FIELD", `unknown field "${key.text}"${inPath(context)}`, cure);
}

function inPath({ path }: ReadContext): string {
  return path.length === 0 ? "" : ` in "${path.join(".")}"`;
}
