/**
 * Names → the positions of the records that mention them: a hash table of chains in typed arrays, since an index
 * mentions up to a million names and is asked for a few hundred.
 *
 * It knows names by their hashes alone, so an answer may hold positions too many, but never lacks one.
 */
export interface NameTable {
  /** Ascending, each once. */
  positionsOf(name: string): readonly number[];
}

export const IN_NAME = 0;
export const NOT_HASHED = 1;
/** In front of a version or label, as {@link parseConstraint} has it. */
export const ENDS_NAME = 2;
export const SEPARATES_NAMES = 3;
export const ENDS_LINE = 4;

/** What a byte of a list of names is. Bytes that decoding may change, and those of a line's end, are left out of hashes. */
export const NAME_BYTES: Uint8Array = new Uint8Array(256).fill(NOT_HASHED, 0x80);
NAME_BYTES[0x0d] = NOT_HASHED;
for (const byte of Buffer.from("@=><~")) NAME_BYTES[byte] = ENDS_NAME;
NAME_BYTES[0x20] = SEPARATES_NAMES;
NAME_BYTES[0x0a] = ENDS_LINE;

/** The hash of a name is that of each of its bytes in turn, from 0. */
export function addToHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/** Collects what a {@link NameTable} is made of. */
export class NameCollector {
  #hashes: Int32Array<ArrayBuffer>;
  #positions: Int32Array<ArrayBuffer>;
  #count = 0;
  #keptCount = 0;

  /** @param expectedCount how many names there may be; at most a guess, since too few cost some time and too many nothing */
  constructor(expectedCount: number) {
    this.#hashes = new Int32Array(expectedCount + 1);
    this.#positions = new Int32Array(expectedCount + 1);
  }

  /** @param position at least as high as all before */
  add(hash: number, position: number): void {
    if (this.#count === this.#hashes.length) {
      this.#hashes = grow(this.#hashes);
      this.#positions = grow(this.#positions);
    }
    this.#hashes[this.#count] = hash;
    this.#positions[this.#count] = position;
    this.#count++;
  }

  /** Says that the record counts whose names were added, and that those added before it may. */
  keep(): void {
    this.#keptCount = this.#count;
  }

  /** Without what was added since the last {@link keep}. */
  finish(): NameTable {
    const hashes = this.#hashes.slice(0, this.#keptCount);
    const positions = this.#positions.slice(0, this.#keptCount);
    const shift = Math.clz32(Math.max(hashes.length, 1));
    const slotOf = (hash: number): number => Math.imul(hash, SPREAD) >>> shift;
    // Entries are numbered from 1; 0 ends a chain. The last is entered first, so chains ascend.
    const first = new Int32Array(2 ** (32 - shift));
    const next = new Int32Array(hashes.length + 1);
    for (let entry = hashes.length; entry > 0; entry--) {
      const slot = slotOf(hashes[entry - 1]!);
      next[entry] = first[slot]!;
      first[slot] = entry;
    }
    return {
      positionsOf(name) {
        const hash = hashOf(name);
        const found: number[] = [];
        for (let entry = first[slotOf(hash)]!; entry > 0; entry = next[entry]!) {
          const position = positions[entry - 1]!;
          if (hashes[entry - 1] === hash && found.at(-1) !== position) found.push(position);
        }
        return found;
      },
    };
  }
}

/** 2^32 divided by the golden ratio: the highest bits of a product with it depend on all bits (Knuth, 6.4). */
const SPREAD = 0x9e3779b1;

/** The hash of a name; what stands behind it, a version or label, does not count. */
export function hashOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const kind = NAME_BYTES[code] ?? NOT_HASHED;
    if (kind === IN_NAME) hash = addToHash(hash, code);
    else if (kind !== NOT_HASHED) break;
  }
  return hash;
}

function grow(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
