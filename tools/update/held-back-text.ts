import { code, plainVersion, table } from "../diff/markdown.ts";
import { formatPosition, type Position } from "../error/wolfi-error.ts";
import type { HeldBackPackage } from "./find-held-back.ts";
import type { Section } from "./fit-sections.ts";
import type { ImageNames } from "./image-names.ts";
import { tableSection } from "./table-section.ts";

export interface HeldBackTextOptions {
  readonly names: ImageNames;
  /** Page of a file's line. */
  readonly fileUrl: (position: Position) => string | undefined;
}

/** What is not taken though it is there, and what keeps it. */
export function describeHeldBack(
  heldBack: readonly HeldBackPackage[],
  { names, fileUrl }: HeldBackTextOptions,
): readonly Section[] {
  if (heldBack.length === 0) return [];
  const placeOf = (position: Position): string => {
    const [text, url] = [code(formatPosition(position)), fileUrl(position)];
    return url === undefined ? text : `[${text}](${url})`;
  };
  const rows = heldBack.map(({ name, locked, newest, by, places, images }) => [
    code(name),
    plainVersion(locked),
    plainVersion(newest),
    [by === undefined ? "what other packages need" : code(by), ...places.map(placeOf)].join(", "),
    names.cellOf(images),
  ]);
  const head = ["Package", "Locked", "Newest", "Held by", "Images"];
  const lines = table(head, ["left", "left", "left", "left", "left"], rows);
  return [tableSection("## Held back", { lines, all: "`wolfi outdated` prints all" })];
}
