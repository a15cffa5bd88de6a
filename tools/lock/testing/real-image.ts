export interface ReplaceOptions {
  /** Path or URL instead of each repository without a label. */
  readonly repository: string;
  /**
   * Path or URL instead of each repository with a label. It has to be another: apko gives one that stands there in both
   * ways the same label, and which one is a race.
   */
  readonly labelled: string;
  /** Path or URL instead of each key. */
  readonly key: string;
}

const lists = ["build_repositories", "runtime_repositories", "repositories", "keyring"] as const;

/**
 * Replaces the repositories and keys that an image configuration names, item by item, and leaves all else of its text
 * as it is: comments, layout, order, labels. One that includes no other and names none gets both.
 */
export function withRepository(text: string, { repository, labelled, key }: ReplaceOptions): string {
  const named = new Set<string>();
  let list: string | undefined;
  const lines = text.split("\n").map((line) => {
    list = /^  (\w+):/.exec(line)?.[1] ?? (/^\S/.test(line) ? undefined : list);
    if (list === undefined || !lists.some((name) => name === list)) return line;
    named.add(list);
    const isKey = list === "keyring";
    return line.replace(
      /^( +- +)(["']?)(@\S+ )?[^"'#]*?(["']?)( *#.*)?$/,
      (_, dash: string, open = "", label = "", close = "", comment = "") => {
        const value = isKey ? key : label === "" ? repository : labelled;
        return `${dash}${open}${label}${value}${close}${comment}`;
      },
    );
  });
  const replaced = lines.join("\n");
  if (/^include:/m.test(text)) return replaced;
  const added = [
    ...(named.has("repositories") ? [] : [`  repositories:\n    - ${repository}\n`]),
    ...(named.has("keyring") ? [] : [`  keyring:\n    - ${key}\n`]),
  ];
  return replaced.replace(/^contents:.*\n/m, (line) => line + added.join(""));
}
