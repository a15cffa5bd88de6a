/** Keeps the boxes ticked, in a text that replaces another one, that people have ticked there. */
export function withTicks(body: string, before: string): string {
  const ticked = new Set(
    before
      .replaceAll("\r\n", "\n")
      .split("\n")
      .flatMap((line) => TICKED.exec(line)?.[1] ?? []),
  );
  return body.replaceAll(/^([ \t]*[-*] )\[ \] (.*)$/gm, (line, bullet: string, text: string) =>
    ticked.has(text.trim()) ? `${bullet}[x] ${text}` : line,
  );
}

const TICKED = /^[ \t]*[-*] \[[xX]\] (.*?)\s*$/;
