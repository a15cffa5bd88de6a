import type { IndexPackage } from "../apk/apk-index.ts";
import { compareBytes } from "../apk/byte-order.ts";
import { parseConstraint } from "../apk/constraint.ts";
import { newestFirst } from "../apk/newest-first.ts";
import type { CatalogIndex } from "../catalog/read-catalog.ts";

export interface FoundPackage {
  /** The newest version of that name. */
  readonly record: IndexPackage;
  readonly index: CatalogIndex;
  /** What it provides that a word stands in, without versions; none where the name or the description has all words. */
  readonly provides: readonly string[];
}

/**
 * Finds packages that have all of these words in their name, what they provide, or their description, the case of ASCII
 * letters aside; of each name the newest version. Best matches come first, equally good ones by name.
 */
export function searchPackages(indexes: readonly CatalogIndex[], words: readonly string[]): readonly FoundPackage[] {
  const folded = words.map((word) => word.toLowerCase());
  const names = new Set(indexes.flatMap((index) => namesMentioning(index, folded)));
  const found = Array.from(names, (name) => {
    const versions = indexes.flatMap((index) => index.packages.named(name).map((record) => ({ record, index })));
    const [newest] = newestFirst(versions.map((each) => ({ ...each, version: each.record.version })));
    return judge(newest!, folded);
  });
  return found
    .filter((each) => each !== undefined)
    .sort((a, b) => a.rank - b.rank || compareBytes(a.record.name, b.record.name))
    .map(({ record, index, provides }) => ({ record, index, provides }));
}

function namesMentioning({ packages }: CatalogIndex, words: readonly string[]): readonly string[] {
  const [first = [], ...rest] = words.map((word) => packages.mentioning(word));
  const others = rest.map((positions) => new Set(positions));
  // Words may stand in other versions than the newest, which alone counts.
  return first.filter((at) => others.every((set) => set.has(at))).map((at) => packages.at(at)!.name);
}

function judge(
  { record, index }: Pick<FoundPackage, "record" | "index">,
  words: readonly string[],
): (FoundPackage & { readonly rank: number }) | undefined {
  const name = record.name.toLowerCase();
  const description = record.description.toLowerCase();
  const provided = record.provides.map((each) => {
    const { name: text } = parseConstraint(each);
    return { text, folded: text.toLowerCase() };
  });
  const provides = new Set<string>();
  let rank = 0;
  for (const word of words) {
    const having = provided.filter(({ folded }) => folded.includes(word));
    const exact = having.filter(({ folded }) => folded === word || folded.replace(/^[a-z]+:/, "") === word);
    const ranks = [
      name === word,
      exact.length > 0,
      name.startsWith(word),
      hasWord(name, word),
      name.includes(word),
      having.length > 0,
      hasWord(description, word),
      description.includes(word),
    ];
    const best = ranks.indexOf(true);
    if (best === -1) return undefined;
    for (const { text } of best === EXACT_PROVIDE ? exact : best === PROVIDE ? having : []) provides.add(text);
    rank += best;
  }
  return { record, index, provides: [...provides], rank };
}

/** Places in the list of ranks. */
const EXACT_PROVIDE = 1;
const PROVIDE = 5;

/** Whether the text has it where a word begins. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[a-z0-9]/.test(text[at - 1]!)) return true;
  }
  return false;
}
