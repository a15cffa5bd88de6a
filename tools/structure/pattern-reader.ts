/** What stops the translation of a regular expression. The message completes "it has …". */
export class UnsupportedPattern extends Error {}

/** Reads a regular expression of Go's from left to right, by code points. */
export class PatternReader {
  readonly #source: string;
  #position = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#source.length;
  }

  rest(): string {
    return this.#source.slice(this.#position);
  }

  /** The next character, or "" at the end. */
  peek(): string {
    const code = this.#source.codePointAt(this.#position);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  /** @throws UnsupportedPattern at the end */
  next(): string {
    const character = this.peek();
    if (character === "") throw new UnsupportedPattern("no end");
    this.#position += character.length;
    return character;
  }

  /** Whether a text is next; if so it is passed. */
  take(text: string): boolean {
    const isNext = this.#source.startsWith(text, this.#position);
    if (isNext) this.#position += text.length;
    return isNext;
  }

  /** Passes what a sticky expression matches here. */
  match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#position;
    const found = sticky.exec(this.#source) ?? undefined;
    this.#position += found?.[0].length ?? 0;
    return found;
  }

  /**
   * The character that an escape stands for; the backslash has been read.
   *
   * @throws UnsupportedPattern where it stands for none
   */
  escape(): string {
    if (this.isAtEnd) throw new UnsupportedPattern('a "\\" at its end');
    const control = this.match(/[afnrtv]/y)?.[0];
    if (control !== undefined) return CONTROLS[control]!;
    // `\1` would be a reference to a group, which Go does not have; `\12` is a character.
    const octal = this.match(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y)?.[0];
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const [, braced, bare] = this.match(/x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/y) ?? [];
    const code = Number.parseInt(braced ?? bare ?? "", 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    const [character] = this.match(/[\0-\x7f]/y) ?? [];
    if (character !== undefined && /[^0-9A-Za-z]/.test(character)) return character;
    const escape = `"\\${character ?? this.peek()}"`;
    if (/^[pP]$/.test(character ?? "")) {
      throw new UnsupportedPattern(`the class ${escape}, whose meaning depends on the version of Unicode`);
    }
    throw new UnsupportedPattern(`the escape ${escape}, which Go does not have`);
  }
}

const CONTROLS: Readonly<Record<string, string>> = { a: "\x07", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
