import { isScalar, Scalar } from "yaml";
import type { ListItem } from "./package-list.ts";

/** Writes an entry in the quotes that all others have. */
export function quoteAlike(entry: string, items: readonly ListItem[]): string {
  const [type, ...others] = new Set(items.map(({ node }) => (isScalar(node) ? node.type : undefined)));
  return quote(entry, others.length === 0 ? type : undefined);
}

/** @param type how a scalar was written that stands for this one */
export function quote(entry: string, type: Scalar.Type | undefined): string {
  if (type === Scalar.QUOTE_SINGLE) return `'${entry.replaceAll("'", "''")}'`;
  const isPlain = /^[A-Za-z/]([\w+./=<>~@:-]*[\w+./=<>~@-])?$/.test(entry) && !isWord.test(entry);
  return type === Scalar.QUOTE_DOUBLE || !isPlain ? JSON.stringify(entry) : entry;
}

/** What YAML of any age may take for something else than text. */
const isWord = /^(null|true|false|yes|no|on|off|y|n)$/i;
