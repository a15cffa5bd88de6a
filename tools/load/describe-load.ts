import type { ImageSummary } from "./image-archive.ts";
import type { LoadResult } from "./load-image.ts";

/** Says what became of the image and what to do next, in lines for a person; empty where the engine has said all. */
export function describeLoad(result: LoadResult): string {
  switch (result.kind) {
    case "failed":
      return "";
    case "loaded":
      return result.summary === undefined ? "" : describePlaceholders(result.summary);
    case "kept": {
      const [first] = result.summary.tags;
      return [
        "No container engine answers:\n",
        ...result.silent.map(({ name, reason }) => `  ${name} ${reason}\n`),
        `${first ?? "The image"} was written to\n  ${result.path}\n`,
        `Load it where an engine runs:\n  docker load -i ${quote(result.path)}\n`,
        describePlaceholders(result.summary),
      ].join("");
    }
  }
}

const MOST_NAMES = 6;

function describePlaceholders({ tags, placeholders }: ImageSummary): string {
  if (placeholders.length === 0) return "";
  const names = placeholders.slice(0, MOST_NAMES).join(", ") + (placeholders.length > MOST_NAMES ? ", …" : "");
  return (
    `${tags[0] ?? "The image"} holds placeholders for ${names}: it will not start. ` +
    "Lock against packages.wolfi.dev for one that does: docs/real-packages.md\n"
  );
}

function quote(path: string): string {
  return /^[\w./~+@%:-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
