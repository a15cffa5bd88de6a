/**
 * The pull request remembers, in a comment that nobody sees, which content it stands for, and which commit of a person
 * it has spoken of: an update keeps no state of its own anywhere.
 */
export function withMark(body: string, mark: RequestMark): string {
  const { content = "none", foreign = "none" } = mark;
  return `${withoutMark(body)}\n\n<!-- wolfi-update: content=${content} foreign=${foreign} -->\n`;
}

export interface RequestMark {
  /** Hash of the lockfiles that the request changes. */
  readonly content?: string;
  /** The newest commit of a person that was spoken of. */
  readonly foreign?: string;
}

/** @returns nothing where it bears none, as of a request that somebody else opened */
export function readMark(body: string): RequestMark {
  const [, content, foreign] = MARK.exec(body.replaceAll("\r\n", "\n")) ?? [];
  return { ...given("content", content), ...given("foreign", foreign) };
}

function given(name: keyof RequestMark, value: string | undefined): RequestMark {
  return value === undefined || value === "none" ? {} : { [name]: value };
}

function withoutMark(body: string): string {
  return body.replaceAll("\r\n", "\n").replace(MARK, "").trimEnd();
}

/** What is written of something that failed may have the same, but never begins a line. */
const MARK = /^<!-- wolfi-update: content=(\w+) foreign=(\w+) -->$/m;
