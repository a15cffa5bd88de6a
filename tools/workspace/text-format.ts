/** A value, and how it was written. */
export interface Written<T> {
  readonly text: string;
  readonly value: T;
}

/** How values of a kind are written, in settings and in options. */
export interface TextFormat<T> {
  /** @returns undefined for a text that is no such value */
  readonly parse: (text: string) => T | undefined;
  /** What a text must be, with examples; for messages. */
  readonly form: string;
}
