import type { Located } from "../yaml/scalar-shapes.ts";

/** The comment that ends right above an entry, which may have been about it. */
export interface CommentLeft {
  readonly entry: string;
  /** Its last line. */
  readonly comment: string;
}

/** @param bytes of the file that the entries stand in, as it was with them */
export function commentsLeft(entries: readonly Located[], bytes: Uint8Array): readonly CommentLeft[] {
  const lines = Buffer.from(bytes).toString().split("\n");
  return entries.flatMap(({ text: entry, position: { line = 1 } }) => {
    const comment = /^\s*(#.*?)\s*$/.exec(lines[line - 2] ?? "")?.[1];
    return comment === undefined ? [] : [{ entry, comment }];
  });
}
