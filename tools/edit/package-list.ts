import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, Scalar, type YAMLMap } from "yaml";
import type { YamlDocument } from "../yaml/document.ts";
import { isNullNode, scalarText } from "../yaml/scalar.ts";

/** Where the packages of an image configuration stand in its text, or could. Of other files nothing is looked at. */
export type PackageList =
  | { readonly kind: "block"; readonly items: readonly ListItem[] }
  | { readonly kind: "flow"; readonly node: ParsedNode; readonly items: readonly ListItem[] }
  /** `packages:` without a value. */
  | { readonly kind: "empty"; readonly key: ParsedNode }
  /** `packages: ~`. */
  | { readonly kind: "null"; readonly node: ParsedNode }
  /** `contents:` without a value. */
  | { readonly kind: "no-contents"; readonly key: ParsedNode }
  /** The mapping that lacks `packages` or, where it is that of the whole file, `contents`. */
  | { readonly kind: "absent"; readonly field: "packages" | "contents"; readonly map: YAMLMap.Parsed }
  /** No text of one's own, or none that can be edited without looking at more. */
  | { readonly kind: "elsewhere"; readonly node: ParsedNode; readonly reason: string };

export interface ListItem {
  readonly node: ParsedNode;
  /** The entry; "" for an element that says nothing. */
  readonly text: string;
}

/** Finds the list of packages. The document has to be one that the reader of image configurations takes. */
export function findPackageList({ root, aliases }: YamlDocument): PackageList {
  if (!isMap(root)) return elsewhere(root, "the file is no mapping");
  const contents = findPair(root, "contents");
  if (contents === undefined) return absentFrom(root, "contents");
  const { key, value } = contents;
  if (value === null || (isNullNode(value) && isUnwritten(value))) return { kind: "no-contents", key };
  if (!isMap(value)) return elsewhere(value, '"contents" is no mapping that stands here');
  const packages = findPair(value, "packages");
  if (packages === undefined) return absentFrom(value, "packages");
  const list = packages.value;
  if (list === null || (isNullNode(list) && isUnwritten(list))) return { kind: "empty", key: packages.key };
  if (isNullNode(list)) return { kind: "null", node: list };
  if (!isSeq(list)) return elsewhere(list, '"packages" is no list that stands here');
  const items = list.items.map((node) => ({ node, text: entryOf(isAlias(node) ? aliases.get(node) : node) }));
  return list.flow === true ? { kind: "flow", node: list, items } : { kind: "block", items };
}

/** Where the text of a node ends: behind its last value, which may be behind a line break. */
export function endOf(node: ParsedNode): number {
  if (isMap(node) && node.flow !== true && node.items.length > 0) {
    const { key, value } = node.items.at(-1)!;
    return value === null || isUnwritten(value) ? key.range[1] : endOf(value);
  }
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1)!);
  return node.range[1];
}

/** True for a value that has no text at all; its place is then anywhere behind its key. */
export function isUnwritten(node: ParsedNode): boolean {
  return (
    isScalar(node) &&
    node.type === Scalar.PLAIN &&
    node.source === "" &&
    node.tag === undefined &&
    node.anchor === undefined
  );
}

function entryOf(node: ParsedNode | undefined): string {
  return node !== undefined && isScalar(node) && !isNullNode(node) ? scalarText(node) : "";
}

type ParsedPair = Pair<ParsedNode, ParsedNode | null>;

/** The pair of a mapping with this key; undefined where it has none. */
export function findPair(map: YAMLMap.Parsed, name: string): ParsedPair | undefined {
  return map.items.find(({ key }) => isScalar(key) && scalarText(key) === name);
}

function absentFrom(map: YAMLMap.Parsed, field: "packages" | "contents"): PackageList {
  const merge = findPair(map, "<<");
  if (merge !== undefined) return elsewhere(merge.key, `"${field}" may come in by the merge key "<<"`);
  if (map.flow === true) return elsewhere(map, `"${field}" is missing in this mapping in braces`);
  return { kind: "absent", field, map };
}

function elsewhere(node: ParsedNode, reason: string): PackageList {
  return { kind: "elsewhere", node, reason };
}
