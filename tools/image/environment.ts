/** The variables that an image sets, `KEY=VALUE` each, by key. The last of a key counts. */
export function environmentOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const [key = "", ...value] = line.split("=");
      return [key, value.join("=")];
    }),
  );
}
