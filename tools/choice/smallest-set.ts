/**
 * Finds few items with which a test passes, where it passes with all of them: one item if one is enough, otherwise items
 * of which none can be left out. With so many that the tries do not suffice, more than are needed.
 */
export function smallestSet(
  items: readonly string[],
  passes: (items: ReadonlySet<string>) => boolean,
  maxTries: number = 100,
): readonly string[] {
  if (items.length * 2 > maxTries) return items;
  const single = items.find((item) => passes(new Set([item])));
  if (single !== undefined) return [single];
  const needed = new Set(items);
  for (const item of items) {
    needed.delete(item);
    if (!passes(needed)) needed.add(item);
  }
  return items.filter((item) => needed.has(item));
}
