/**
 * What kind of failure an error is; it decides the exit code.
 *
 * - `work`: the work itself failed (unsatisfiable, network, build): 1
 * - `input`: the input or the call is wrong: 2
 * - `stale`: a check found something out of date: 3
 */
export type FailureKind = "work" | "input" | "stale";

/** A place in a file. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface WolfiErrorOptions {
  /** @default "work" */
  readonly kind?: FailureKind;
  readonly position?: Position | undefined;
  /** How it came about: lines to show below the message, drawn as a tree where they are one. */
  readonly details?: readonly string[] | undefined;
  /** What apko says of the same problem, in its own words. */
  readonly apko?: string | undefined;
  /** What the person does next, in one or two sentences. */
  readonly cure?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A problem that the person who reads it can mend. Everything else that is thrown is a defect of ours.
 *
 * The message reads `Cannot VERB OBJECT: reason`, without a full stop, and holds no credential:
 * pass each URL through {@link redactUrl}. Position and cure stay apart until the terminal joins them.
 */
export class WolfiError extends Error {
  override readonly name = "WolfiError";
  /** Stable, for scripts: `UNKNOWN_FIELD`. */
  readonly code: string;
  readonly kind: FailureKind;
  readonly position: Position | undefined;
  readonly details: readonly string[] | undefined;
  readonly apko: string | undefined;
  readonly cure: string | undefined;

  constructor(code: string, message: string, options: WolfiErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.kind = options.kind ?? "work";
    this.position = options.position;
    this.details = options.details;
    this.apko = options.apko;
    this.cure = options.cure;
  }

  /** The same problem with some of it changed; it is the cause. */
  with({ message = this.message, ...changes }: WolfiErrorOptions & { readonly message?: string }): WolfiError {
    const { code, kind, position, details, apko, cure } = this;
    return new WolfiError(code, message, { kind, position, details, apko, cure, cause: this, ...changes });
  }

  /** The problem as data, for scripts: `JSON.stringify(error)`. */
  toJSON(): object {
    const { code, kind, message, position, details, apko, cure } = this;
    return { code, kind, message, position, details, apko, cure };
  }
}

/** Writes a position as `file:line:column`, as far as it is known. */
export function formatPosition(position: Position): string {
  return [position.file, position.line, position.column].filter((part) => part !== undefined).join(":");
}

/** Removes user name and password from every URL in a text. */
export function redactUrl(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/?#\s"'@]*(?:@[^/?#\s"'@]*)*@/gi, "$1");
}
