import type { WolfiError } from "../error/wolfi-error.ts";
import { usageError } from "../terminal/usage-error.ts";

/** What a call compares. */
export type Comparison =
  | {
      readonly kind: "revisions";
      /** Names of images, which may be there in one of the revisions only; all when empty. */
      readonly images: readonly string[];
      /** As the person wrote them. */
      readonly from: string;
      /** Undefined is the working tree. */
      readonly to: string | undefined;
      /** Whether what `from` and `to` have grown from takes the place of `from`. */
      readonly isFromMergeBase: boolean;
    }
  | { readonly kind: "pair"; readonly before: Subject; readonly after: Subject };

/** An image by its name, or a lockfile by its path. */
export interface Subject {
  readonly kind: "image" | "lockfile";
  readonly text: string;
}

export interface Arguments {
  readonly words: readonly string[];
  /** What stood behind `--`; undefined where there was none. */
  readonly behind: readonly string[] | undefined;
}

export interface Known {
  /** The image of the working tree that a word names, by itself or by the path of its file. */
  readonly imageOf: (word: string) => string | undefined;
  readonly isRevision: (word: string) => Promise<boolean>;
}

/**
 * Finds out what is meant:
 *
 * - Behind `--` are images, and with `--` all before it are revisions.
 * - What ends in `.json` is a lockfile; that of an image of the workspace is the image.
 * - What has `..` in it are revisions, as in git.
 * - Everything else is an image of the working tree or a revision. What is both is refused, what is neither is taken for
 *   an image that is there in a revision only.
 *
 * @throws WolfiError for what means nothing
 */
export async function understandArguments({ words, behind }: Arguments, known: Known): Promise<Comparison> {
  if (behind !== undefined) return compareRevisions(behind, words);
  const subjects: Subject[] = [];
  const revisions: string[] = [];
  for (const word of words) {
    const image = known.imageOf(word);
    if (word.endsWith(".json")) {
      subjects.push(image === undefined ? { kind: "lockfile", text: word } : { kind: "image", text: image });
    } else if (word.includes("..")) revisions.push(word);
    else {
      const isRevision = await known.isRevision(word);
      if (isRevision && image !== undefined) throw ambiguous(word);
      if (isRevision) revisions.push(word);
      else subjects.push({ kind: "image", text: image ?? word });
    }
  }
  const [before, after] = subjects;
  if (before !== undefined && after !== undefined) {
    if (subjects.length > 2 || revisions.length > 0) throw tooMany();
    return { kind: "pair", before, after };
  }
  if (before?.kind === "lockfile") {
    throw refuse(`the lockfile "${before.text}" alone has nothing to be compared with`, "Name two, or --config FILE");
  }
  return compareRevisions(before === undefined ? [] : [before.text], revisions);
}

function compareRevisions(images: readonly string[], revisions: readonly string[]): Comparison {
  const base = { kind: "revisions", images } as const;
  const [first = "HEAD", second] = revisions;
  const [, from, dots, to] = /^(.*?)(\.{2,3})(.*)$/.exec(first) ?? [];
  const isTwice = second !== undefined && (dots !== undefined || second.includes(".."));
  if (revisions.length > 2 || isTwice) throw refuse("at most two revisions can be compared");
  if (dots === undefined) return { ...base, from: first, to: second, isFromMergeBase: false };
  return { ...base, from: from || "HEAD", to: to || "HEAD", isFromMergeBase: dots === "..." };
}

function ambiguous(word: string): WolfiError {
  const cure = `For the image: wolfi diff -- ${word}\nFor the revision: wolfi diff ${word} --`;
  return refuse(`"${word}" is both an image and a revision`, cure);
}

function tooMany(): WolfiError {
  const cure = "To compare several images between revisions, name them behind --: wolfi diff main -- IMAGE…";
  return refuse("two images or lockfiles are compared with each other, and with nothing else", cure);
}

function refuse(reason: string, cure?: string): WolfiError {
  return usageError("compare", reason, cure ?? "See wolfi diff --help");
}
