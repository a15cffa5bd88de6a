import { type Position, WolfiError } from "../error/wolfi-error.ts";

/** One change of the list `contents.packages`. Entries are as they stand there: `git`, `git=2.48.1-r0`. */
export type PackageEdit =
  | { readonly kind: "add"; readonly entry: string }
  | { readonly kind: "replace"; readonly entry: string; readonly by: string }
  | { readonly kind: "remove"; readonly entry: string };

/** A new element for a list. */
export interface Insertion {
  readonly kind: "insert";
  readonly at: number;
  /** As it is written in YAML. */
  readonly scalar: string;
}

/** That a text cannot be edited, and what a person does instead. */
export function notEditable(edit: PackageEdit, position: Position, reason: string): WolfiError {
  const { file } = position;
  const byHand = {
    add: () => `write "${edit.entry}" into the list "packages"`,
    remove: () => `take "${edit.entry}" out of "packages"`,
    replace: () => `write "${edit.kind === "replace" ? edit.by : ""}" for "${edit.entry}"`,
  }[edit.kind]();
  return new WolfiError("NOT_EDITABLE", `Cannot edit "${file}": ${reason}`, {
    kind: "input",
    position,
    cure: `By hand: ${byHand}, and lock`,
  });
}
