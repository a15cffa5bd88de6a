import { formatPosition } from "../error/wolfi-error.ts";
import type { TreeNode } from "./dependency-tree.ts";
import { describeReasons } from "./describe-reasons.ts";
import type { Installed } from "./dependency-graph.ts";
import type { Wish } from "./image-wishes.ts";

/**
 * Draws a tree, a package a line:
 *
 * ```text
 * zlib 1.3.2-r4
 * ├─ curl 8.12.1-r1 (so:libz.so.1)  ◂ wolfi-images/gitserver.yaml:10
 * └─ git 2.55.0-r4 (so:libz.so.1)
 *    └─ …
 * ```
 *
 * @param direction what stands below a package: what brings it in (`above`), or what it brings in
 */
export function describeTree(root: TreeNode, direction: "above" | "below"): readonly string[] {
  const linesOf = (node: TreeNode, parent: TreeNode | undefined): readonly string[] => [
    lineOf(node, parent, direction),
    ...node.children.flatMap((child, at) => {
      const isLast = at === node.children.length - 1;
      return linesOf(child, node).map((line, row) => `${branch(isLast, row === 0)}${line}`);
    }),
  ];
  return linesOf(root, undefined);
}

function branch(isLast: boolean, isFirstRow: boolean): string {
  if (isFirstRow) return isLast ? "└─ " : "├─ ";
  return isLast ? "   " : "│  ";
}

function lineOf(node: TreeNode, parent: TreeNode | undefined, direction: "above" | "below"): string {
  const { name, version } = node.package;
  // The one of the two that is needed.
  const needed: Installed = direction === "above" && parent !== undefined ? parent.package : node.package;
  const why = parent === undefined ? "" : describeReasons(node.reasons, needed);
  const asked = [...new Set(node.wishes.map(describeWish))].map((text) => `  ◂ ${text}`).join("");
  return `${name} ${version}${why === "" ? "" : ` (${why})`}${asked}${node.isFolded ? " …" : ""}`;
}

function describeWish({ kind, text, position }: Wish): string {
  const place = position === undefined ? "" : formatPosition({ file: position.file, ...lineNumber(position.line) });
  return kind === "base-image" ? `${place}, base image "${text}"` : place;
}

function lineNumber(line: number | undefined): { readonly line?: number } {
  return line === undefined ? {} : { line };
}
