import { isScalar, type ParsedNode, Scalar } from "yaml";
import type { Insertion, PackageEdit } from "./package-edit.ts";
import type { ListItem, PackageList } from "./package-list.ts";
import { quote } from "./quote-entry.ts";
import { insertLines, lineEnd, lineStart, removeLine, type TextChange } from "./text-change.ts";

type ListEdit = Insertion | Exclude<PackageEdit, { readonly kind: "add" }>;
type Refuse = (node: ParsedNode, reason: string) => never;

/** Changes a list whose elements have lines of their own: a line comes, goes, or has another value in it. */
export function changeBlockList(edit: ListEdit, items: readonly ListItem[], text: string, refuse: Refuse): TextChange {
  if (edit.kind === "insert") return insertItem(edit, items, text, refuse);
  const { node } = itemOf(edit.entry, items);
  if (edit.kind === "replace") return replaceScalar(node, edit.by, refuse);
  const line = text.slice(lineStart(text, node.range[0]), lineEnd(text, node.range[1]));
  const isAlone = dash.test(line) && !text.slice(node.range[0], node.range[1]).includes("\n");
  return isAlone ? removeLine(text, node.range[0]) : refuse(node, "the entry takes more than one line");
}

function insertItem({ at, scalar }: Insertion, items: readonly ListItem[], text: string, refuse: Refuse): TextChange {
  const lineOf = ({ node }: ListItem): string => text.slice(lineStart(text, node.range[0]), node.range[0]);
  const neighbours = [items[at - 1], items[at], ...items].filter((item) => item !== undefined);
  const prefix = neighbours.map((item) => dash.exec(lineOf(item))?.[0]).find((found) => found !== undefined);
  if (prefix === undefined) return refuse(items[0]!.node, "no entry stands behind its dash");
  const before = items[at - 1]?.node;
  const offset =
    before === undefined ? aboveComments(text, lineStart(text, items[0]!.node.range[0])) : lineBehind(text, before);
  return insertLines(text, offset, [prefix + scalar]);
}

/** A comment is about what stands below it. */
function aboveComments(text: string, start: number): number {
  let offset = start;
  while (offset > 0 && /^[ \t]*#/.test(text.slice(lineStart(text, offset - 1), offset))) {
    offset = lineStart(text, offset - 1);
  }
  return offset;
}

/** A block scalar ends behind its last line ending. */
function lineBehind(text: string, { range: [start, end] }: ParsedNode): number {
  return end > start && text[end - 1] === "\n" ? end : lineEnd(text, end);
}

/** Changes a list in brackets: what stands between two of its elements is what stands between others. */
export function changeFlowList(
  edit: ListEdit,
  { node: list, items }: PackageList & { readonly kind: "flow" },
  text: string,
  refuse: Refuse,
): TextChange {
  if (edit.kind === "replace") return replaceScalar(itemOf(edit.entry, items).node, edit.by, refuse);
  const ends = [list.range[0] + 1, ...items.map(({ node }) => node.range[1])];
  const gaps = [...items.map(({ node }) => node.range[0]), list.range[1] - 1].map((start, at) =>
    text.slice(ends[at], start),
  );
  if (gaps.some((gap) => gap.includes("#"))) return refuse(list, "there are comments between the brackets");
  const opening = /^\s*/.exec(gaps[0]!)![0];
  const first = ends[0]! + opening.length;
  if (edit.kind === "insert") {
    const { at, scalar } = edit;
    if (items.length === 0) return insertion(ends[0]!, scalar);
    const between = items.length > 1 ? separatorOf(gaps[Math.min(Math.max(at, 1), items.length - 1)]!) : undefined;
    const separator = between ?? `,${opening.includes("\n") ? opening : " "}`;
    return at === 0 ? insertion(first, scalar + separator) : insertion(ends[at]!, separator + scalar);
  }
  const at = items.findIndex((item) => item.text === edit.entry);
  if (at > 0) return { start: ends[at]!, end: ends[at + 1]!, text: "" };
  return { start: first, end: ends[1]! + (separatorOf(gaps[1]!) ?? "").length, text: "" };
}

function separatorOf(gap: string): string | undefined {
  return /^\s*,\s*/.exec(gap)?.[0];
}

function insertion(offset: number, text: string): TextChange {
  return { start: offset, end: offset, text };
}

function replaceScalar(node: ParsedNode, entry: string, refuse: Refuse): TextChange {
  const type = isScalar(node) ? node.type : undefined;
  if (type === Scalar.BLOCK_FOLDED || type === Scalar.BLOCK_LITERAL) {
    return refuse(node, "the entry takes more than one line");
  }
  return { start: node.range[0], end: node.range[1], text: quote(entry, type) };
}

function itemOf(entry: string, items: readonly ListItem[]): ListItem {
  return items.find(({ text }) => text === entry)!;
}

const dash = /^[ \t]*-[ \t]+/;
