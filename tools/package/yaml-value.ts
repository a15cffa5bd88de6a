import { isMap, isScalar, isSeq, LineCounter, parseDocument, type ParsedNode } from "yaml";
import { type Position, WolfiError } from "../error/wolfi-error.ts";

/** Reads one kind of value from a YAML node. Undefined: it was not that kind, which has been reported. */
export type Decoder<T> = (node: ParsedNode, report: Report) => T | undefined;

export interface Report {
  problem(node: ParsedNode, code: string, reason: string): undefined;
  position(node: ParsedNode): Position;
}

export interface Field<T> {
  readonly decode: Decoder<T>;
  /** What a mapping without the field has; a field without it is required. */
  readonly absent?: T;
}

/**
 * Reads a YAML file strictly: unknown fields, fields that stand twice and aliases are problems. Scalars keep the text
 * they are written with (`version: 1.10` is "1.10").
 *
 * @param what names the kind of file in messages: `recipe`
 * @throws WolfiError the first problem, with its position; its cure lists the others
 */
export function decodeYaml<T>(text: string, file: string, what: string, decode: Decoder<T>): T {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, schema: "failsafe", uniqueKeys: false } as const;
  const document = parseDocument(text, { ...options, logLevel: "silent" });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const problems: WolfiError[] = [];
  const add = (code: string, reason: string, position: Position): undefined => {
    problems.push(new WolfiError(code, `Cannot read ${what}: ${reason}`, { kind: "input", position }));
  };
  for (const error of document.errors) add("YAML_SYNTAX", error.message.replace(/\.$/, ""), positionAt(error.pos[0]));
  const root = document.contents;
  const position = (node: ParsedNode): Position => positionAt(node.range[0]);
  const report: Report = { position, problem: (node, code, reason) => add(code, reason, position(node)) };
  if (root === null && problems.length === 0) add("WRONG_TYPE", "the file is empty", { file });
  const value = root === null || problems.length > 0 ? undefined : decode(root, report);
  if (problems.length > 0 || value === undefined) throw joinProblems(problems);
  return value;
}

/** Text that is not empty. */
export const text: Decoder<string> = (node, report) => {
  if (!isScalar(node)) return report.problem(node, "WRONG_TYPE", "expected text");
  return node.source === "" ? report.problem(node, "WRONG_TYPE", "expected text, found nothing") : node.source;
};

/** Text that a pattern matches; `expected` completes "expected …". */
export function matching(pattern: RegExp, expected: string): Decoder<string> {
  return (node, report) => {
    const value = text(node, report);
    if (value === undefined || pattern.test(value)) return value;
    return report.problem(node, "WRONG_VALUE", `expected ${expected}, found "${value}"`);
  };
}

/** Text that is turned into something else. */
export function converted<T, U>(decode: Decoder<T>, convert: (value: T) => U): Decoder<U> {
  return (node, report) => {
    const value = decode(node, report);
    return value === undefined ? undefined : convert(value);
  };
}

export function listOf<T>(decode: Decoder<T>): Decoder<readonly T[]> {
  return (node, report) => {
    if (!isSeq(node)) return report.problem(node, "WRONG_TYPE", "expected a list");
    return node.items.flatMap((item) => decode(item, report) ?? []);
  };
}

/** A mapping with exactly these fields. All are read before one that is wrong makes the whole undefined. */
export function mapping<T extends object>(fields: { readonly [Name in keyof T]: Field<T[Name]> }): Decoder<T> {
  return (node, report) => {
    if (!isMap(node)) return report.problem(node, "WRONG_TYPE", "expected a mapping");
    const values = new Map<string, unknown>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? (key.source ?? "") : "";
      const field = (fields as Readonly<Record<string, Field<unknown> | undefined>>)[name];
      if (field === undefined) {
        const known = Object.keys(fields).join(", ");
        report.problem(key, "UNKNOWN_FIELD", `unknown field "${name}"; the fields are ${known}`);
      } else if (values.has(name)) {
        report.problem(key, "DUPLICATE_FIELD", `the field "${name}" stands twice`);
      } else {
        values.set(name, field.decode(value ?? key, report));
      }
    }
    let isComplete = true;
    for (const [name, field] of Object.entries<Field<unknown>>(fields)) {
      if (values.has(name)) {
        isComplete &&= values.get(name) !== undefined;
      } else if ("absent" in field) {
        values.set(name, field.absent);
      } else {
        isComplete = false;
        report.problem(node, "MISSING_FIELD", `the field "${name}" is missing`);
      }
    }
    return isComplete ? (Object.fromEntries(values) as T) : undefined;
  };
}

function joinProblems(problems: readonly WolfiError[]): WolfiError {
  const [first, ...others] = problems;
  if (first === undefined) throw new Error("a decoder gave no value and reported nothing");
  if (others.length === 0) return first;
  const list = others.map(({ position, message }) => `${position?.line}:${position?.column}: ${message}`);
  const cure = ["The same file has more problems:", ...list].join("\n");
  return new WolfiError(first.code, first.message, {
    kind: "input",
    ...(first.position ? { position: first.position } : {}),
    cure,
  });
}
