/** Whether something smaller still shows what is looked for. */
export type StillShows<T> = (smaller: T) => Promise<boolean>;

/**
 * Leaves out of a list what can be left out: halves first, then ever smaller pieces, then single elements. What is left
 * cannot lose one more element, at the end of the last round. (Zeller's delta debugging, without its complements.)
 */
export async function shrinkList<T>(list: readonly T[], stillShows: StillShows<readonly T[]>): Promise<readonly T[]> {
  let kept = list;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      const smaller = kept.toSpliced(at, size);
      if (await stillShows(smaller)) kept = smaller;
      else at += size;
    }
  }
  return kept;
}
