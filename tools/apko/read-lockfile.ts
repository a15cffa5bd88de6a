import * as v from "valibot";
import type { Position } from "../error/wolfi-error.ts";
import type { Lockfile } from "./lockfile.ts";

export type LockfileResult =
  | { readonly kind: "read"; readonly lockfile: Lockfile }
  | { readonly kind: "unreadable"; readonly reason: string; readonly position: Position };

/**
 * Reads a lockfile of any age. Fields that are not known are dropped. What the fields say is checked only where it could
 * be taken for a path or a part of a command: names, versions and architectures. wolfi/private/lockfile.bzl refuses that
 * too, and more.
 *
 * @param bytes undefined where the file does not exist
 * @returns why it cannot be read, in a few words: it is missing, empty, cut off, in a merge conflict, no lockfile
 */
export function readLockfile(bytes: Uint8Array | undefined, file: string): LockfileResult {
  const unreadable = (reason: string, place: Omit<Position, "file"> = {}): LockfileResult => {
    return { kind: "unreadable", reason, position: { file, ...place } };
  };
  if (bytes === undefined) return unreadable("it does not exist");
  const text = Buffer.from(bytes).toString();
  if (text.trim() === "") return unreadable("it is empty");
  const conflict = /^(<{7}|={7}|>{7})( |\r?$)/m.exec(text);
  if (conflict !== null) return unreadable("it holds a merge conflict", { line: lineOf(text, conflict.index) });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const offset = Number(/ at position (\d+)/.exec(error.message)?.[1] ?? 0);
    const end = text.trimEnd().length;
    const isCutOff = text.startsWith("{") && (offset >= end || / end of JSON |Unterminated /.test(error.message));
    return unreadable(isCutOff ? "it is cut off" : "it is not JSON", { line: lineOf(text, isCutOff ? end : offset) });
  }
  const parsed = v.safeParse(lockfileSchema, json, { abortEarly: true });
  if (parsed.success) return { kind: "read", lockfile: parsed.output };
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? "the whole";
  if (issue.kind === "validation") return unreadable(`it is not an apko lockfile: ${field} ${issue.message}`);
  const difference = issue.received === "undefined" ? "is missing" : `must be ${issue.expected}, not ${issue.received}`;
  return unreadable(`it is not an apko lockfile: ${field} ${difference}`);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

const text = v.string();

/** Names, versions and architectures; no file system has longer names of files. */
const word = v.pipe(
  text,
  v.check(
    (given) => /^[A-Za-z0-9+_][A-Za-z0-9+._-]{0,254}$/.test(given),
    ({ input }) => `is malformed: ${JSON.stringify(input.length > 80 ? `${input.slice(0, 80)}…` : input)}`,
  ),
);

const repositories = v.optional(v.nullable(v.array(v.object({ name: text, url: text, architecture: text }))));
const segment = v.object({ range: v.optional(text, ""), checksum: v.optional(text, "") });

const lockfileSchema: v.GenericSchema<unknown, Lockfile> = v.pipe(
  v.object({
    version: v.literal("v1"),
    config: v.optional(v.nullable(v.object({ name: v.optional(text, ""), checksum: v.optional(text, "") }))),
    contents: v.object({
      keyring: v.optional(v.nullable(v.array(v.object({ name: text, url: text, content: v.optional(text, "") })))),
      build_repositories: repositories,
      runtime_repositories: repositories,
      repositories,
      packages: v.array(
        v.object({
          name: word,
          url: text,
          version: word,
          architecture: word,
          signature: v.optional(segment, { range: "", checksum: "" }),
          control: segment,
          data: segment,
          checksum: v.optional(text, ""),
        }),
      ),
    }),
  }),
  v.transform(({ version, config, contents }): Lockfile => {
    return {
      version,
      config: config ?? undefined,
      contents: {
        keyring: contents.keyring ?? [],
        build_repositories: contents.build_repositories ?? [],
        runtime_repositories: contents.runtime_repositories ?? [],
        repositories: contents.repositories ?? [],
        packages: contents.packages,
      },
    };
  }),
);
