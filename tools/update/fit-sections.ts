/** A part of a text with rows of which some may be left out. */
export interface Section {
  /** Its heading, and what is said in any case. */
  readonly heading: string;
  /** What stands directly above the rows: the head of their table. */
  readonly above?: string;
  readonly rows: readonly string[];
  /** What stands directly below them. */
  readonly below?: string;
  /** Says how many rows are left out, and what prints them. @param shown how many are not */
  readonly rest: (shown: number) => string;
}

/**
 * Writes sections so that they have at most so many characters together, with an empty line between them. A section that
 * needs less than its share leaves the others the rest of it; a longer one loses its last rows, and says so.
 *
 * @param room for headings and what is said of rows that are left out there has to be enough
 */
export function fitSections(sections: readonly Section[], room: number): readonly string[] {
  const wholes = sections.map((section) => writeSection(section, section.rows.length));
  const texts = [...wholes];
  const smallestFirst = [...sections.keys()].toSorted((one, other) => wholes[one]!.length - wholes[other]!.length);
  let left = room;
  for (const [at, index] of smallestFirst.entries()) {
    const share = Math.floor(left / (smallestFirst.length - at)) - SEPARATOR.length;
    if (wholes[index]!.length > share) texts[index] = cutSection(sections[index]!, share);
    left -= texts[index]!.length + SEPARATOR.length;
  }
  return texts;
}

/** Between sections. */
export const SEPARATOR = "\n\n";

function cutSection(section: Section, room: number): string {
  const { rows } = section;
  // With one row, all is there that a row needs around it. What is said of the rest is at its longest where all is left out.
  let length = writeSection({ ...section, rows: [""], rest: () => section.rest(0) }, 0, 1).length;
  let shown = 0;
  while (shown < rows.length && length + rows[shown]!.length + 1 <= room) length += rows[shown++]!.length + 1;
  return writeSection(section, shown);
}

function writeSection({ heading, above, rows, below, rest }: Section, shown: number, framed = shown): string {
  const frame = framed === 0 ? [] : [[above, ...rows.slice(0, framed), below].filter((part) => part !== undefined)];
  const hidden = shown < rows.length ? [rest(shown)] : [];
  return [heading, ...frame.map((lines) => lines.join("\n")), ...hidden].join(SEPARATOR);
}
