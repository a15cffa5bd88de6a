import { isDeepStrictEqual } from "node:util";
import { isMap, isSeq, type ParsedNode } from "yaml";
import { compareBytes } from "../apk/byte-order.ts";
import { parseConstraint } from "../apk/constraint.ts";
import { imageConfigurationShape } from "../apko/configuration-shape.ts";
import { type ImageConfiguration, imageConfigurationFormat } from "../apko/image-configuration.ts";
import { parseYaml, type YamlDocument } from "../yaml/document.ts";
import { readYaml } from "../yaml/read-yaml.ts";
import { changeBlockList, changeFlowList } from "./change-list.ts";
import { type Insertion, notEditable, type PackageEdit } from "./package-edit.ts";
import { endOf, findPackageList, type ListItem, type PackageList } from "./package-list.ts";
import { quote, quoteAlike } from "./quote-entry.ts";
import { changeText, insertLines, lineEnd, lineStart, type TextChange } from "./text-change.ts";

/**
 * Edits the packages of an image configuration in its text: nothing else changes, no comment, no quote, no line ending.
 * A new entry goes where the order of a sorted list has it, and otherwise to the end; it is quoted as all others are.
 * Read again, the result has to ask for just what was wanted, and to be equal in all else.
 *
 * @param bytes a configuration that can be read
 * @throws WolfiError `NOT_EDITABLE`, with the place and what to write by hand
 */
export function editPackages(bytes: Uint8Array, file: string, edits: readonly PackageEdit[]): Uint8Array {
  return edits.reduce((edited, edit) => editOnce(edited, file, edit), bytes);
}

function editOnce(bytes: Uint8Array, file: string, edit: PackageEdit): Uint8Array {
  const before = read(bytes, file);
  const document = parseYaml(bytes, file, imageConfigurationFormat, []);
  if (before === undefined || document === undefined) throw notEditable(edit, { file }, "it cannot be read");
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const list = findPackageList(document);
  const changed = changeText(text.slice(mark.length), changeOf(edit, list, text.slice(mark.length), document));
  const result = Buffer.from(mark + changed);
  const expected = { ...before, contents: { ...before.contents, packages: expectedEntries(before, edit) } };
  const after = read(result, file);
  if (after === undefined || !isDeepStrictEqual(comparable(after), comparable(expected))) {
    throw notEditable(edit, { file }, "other parts of it would change too");
  }
  return result;
}

function changeOf(edit: PackageEdit, list: PackageList, text: string, document: YamlDocument): TextChange {
  const refuse = (node: ParsedNode, reason: string): never => {
    throw notEditable(edit, document.position(node), reason);
  };
  switch (list.kind) {
    case "block":
      return changeBlockList(
        edit.kind === "add" ? insertionOf(edit.entry, list.items) : edit,
        list.items,
        text,
        refuse,
      );
    case "flow":
      return changeFlowList(edit.kind === "add" ? insertionOf(edit.entry, list.items) : edit, list, text, refuse);
    case "elsewhere":
      return refuse(list.node, list.reason);
    case "empty":
    case "null":
    case "no-contents":
    case "absent":
      if (edit.kind !== "add") throw notEditable(edit, { file: document.position(document.root).file }, "it has none");
      return firstEntry(edit.entry, list, text, document.root);
  }
}

/** A list that has an order keeps it; the order may be that of names, or of entries as they are written. */
function insertionOf(entry: string, items: readonly ListItem[]): Insertion {
  const order = [byName, compareBytes].find((compare) =>
    items.every(({ text }, at) => at === 0 || compare(items[at - 1]!.text, text) <= 0),
  );
  const at = order === undefined ? -1 : items.findIndex(({ text }) => order(text, entry) > 0);
  return { kind: "insert", at: at === -1 ? items.length : at, scalar: quoteAlike(entry, items) };
}

function byName(a: string, b: string): number {
  return compareBytes(parseConstraint(a).name, parseConstraint(b).name) || compareBytes(a, b);
}

function firstEntry(
  entry: string,
  list: PackageList & { readonly kind: "empty" | "null" | "no-contents" | "absent" },
  text: string,
  root: ParsedNode,
): TextChange {
  const scalar = quote(entry, undefined);
  if (list.kind === "null") return { start: list.node.range[0], end: list.node.range[1], text: `[${scalar}]` };
  const step = " ".repeat(indentationOf(root, text));
  const packagesKey = (column: string): readonly string[] => [`${column}packages:`, `${column}${step}- ${scalar}`];
  if (list.kind === "empty") {
    const column = " ".repeat(columnOf(list.key, text));
    return insertLines(text, lineEnd(text, list.key.range[1]), [`${column}${step}- ${scalar}`]);
  }
  if (list.kind === "no-contents") return insertLines(text, lineEnd(text, list.key.range[1]), packagesKey("  "));
  const end = endOf(list.map);
  const offset = text[end - 1] === "\n" ? end : lineEnd(text, end);
  if (list.field === "contents") return insertLines(text, offset, ["", "contents:", ...packagesKey("  ")]);
  return insertLines(text, offset, packagesKey(" ".repeat(columnOf(list.map, text))));
}

/** How far the file's lists stand to the right of their keys: nothing, or the two columns that most have. */
function indentationOf(node: ParsedNode, text: string): number {
  if (!isMap(node)) return 2;
  for (const { key, value } of node.items) {
    if (isSeq(value) && value.flow !== true) return columnOf(value, text) - columnOf(key, text);
    if (isMap(value) && value.items.some((pair) => isSeq(pair.value) && pair.value.flow !== true)) {
      return indentationOf(value, text);
    }
  }
  return 2;
}

function columnOf(node: ParsedNode, text: string): number {
  return node.range[0] - lineStart(text, node.range[0]);
}

function expectedEntries(before: ImageConfiguration, edit: PackageEdit): readonly { readonly text: string }[] {
  const entries = before.contents.packages;
  switch (edit.kind) {
    case "add":
      return [...entries, { text: edit.entry }];
    case "replace":
      return [...entries.filter(({ text }) => text !== edit.entry), { text: edit.by }];
    case "remove":
      return entries.toSpliced(
        entries.findIndex(({ text }) => text === edit.entry),
        1,
      );
  }
}

/** Without positions; the order of packages means nothing to apko. */
function comparable({ contents, ...others }: ImageConfiguration | Comparable): unknown {
  const packages = contents.packages.map(({ text }) => text).sort();
  return withoutPositions({ ...others, contents: { ...contents, packages } });
}

interface Comparable {
  readonly contents: { readonly packages: readonly { readonly text: string }[] };
}

function withoutPositions(value: unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, withoutPositions(each)]));
  if (Array.isArray(value)) return value.map(withoutPositions);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== "position");
  return Object.fromEntries(entries.map(([name, each]) => [name, withoutPositions(each)]));
}

function read(bytes: Uint8Array, file: string): ImageConfiguration | undefined {
  const { value, problems } = readYaml(bytes, file, imageConfigurationFormat, imageConfigurationShape);
  return problems.length > 0 ? undefined : value;
}
