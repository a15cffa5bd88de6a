/** The candidate that a mistyped name most likely means: fewest edits, at most a third of the name; else undefined. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  return nearestNames(name, candidates, 1)[0];
}

/** As {@link nearestName}, several: nearest first, and of equally near ones the first of the candidates. */
export function nearestNames(name: string, candidates: Iterable<string>, most: number): readonly string[] {
  const nearest: { readonly candidate: string; readonly edits: number }[] = [];
  let limit = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= limit) continue;
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase(), limit);
    if (edits >= limit) continue;
    const at = nearest.findIndex((other) => other.edits > edits);
    nearest.splice(at === -1 ? nearest.length : at, 0, { candidate, edits });
    if (nearest.length > most) nearest.pop();
    if (nearest.length === most) limit = nearest.at(-1)!.edits;
  }
  return nearest.map(({ candidate }) => candidate);
}

/** Asks whether one of these was meant: `Did you mean "git" or "gix"?`; undefined where there is none. */
export function didYouMean(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `Did you mean ${names.map((name) => `"${name}"`).join(" or ")}?`;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment distance); where it is at
 * least the limit, any number that is.
 */
function countEdits(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let fewest = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        edits = Math.min(edits, beforePrevious[column - 2]! + 1);
      }
      current.push(edits);
      fewest = Math.min(fewest, edits);
    }
    // A swap looks two rows back, and gains one edit at most.
    if (fewest > limit) return fewest;
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}
