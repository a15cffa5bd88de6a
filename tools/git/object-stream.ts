import { spawn } from "node:child_process";
import type { WolfiError } from "../error/wolfi-error.ts";
import { gitEnvironment, gitFailure, type GitOptions, gitRefusal } from "./run-git.ts";

/** What git has under a name. */
export type GitObject =
  | { readonly kind: "found"; readonly type: string; /** Hexadecimal. */ readonly id: string; readonly bytes: Buffer }
  | { readonly kind: "missing" }
  /** The beginning of several objects' ids. */
  | { readonly kind: "ambiguous" };

/** One `git` that hands out objects. Disposing ends it. */
export interface ObjectStream extends Disposable {
  /**
   * @param name as gitrevisions(7) has it: `main^{commit}`, `HEAD:./a/file`. Symbolic links in a path are followed
   * @throws WolfiError where git gives up, as outside of a git repository
   */
  read(name: string): Promise<GitObject>;
}

interface Waiting {
  readonly resolve: (object: GitObject) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Starts `git cat-file --batch`, which takes names from its standard input, so that none is ever an option, and many
 * cost one process.
 */
export function openObjects(options: GitOptions): ObjectStream {
  const { folder: cwd, signal } = options;
  const child = spawn("git", ["cat-file", "--batch", "--follow-symlinks"], { cwd, env: gitEnvironment(options) });
  const waiting: Waiting[] = [];
  let failure: WolfiError | Error | undefined;
  let received = Buffer.alloc(0);
  let said = "";
  const end = (reason: WolfiError | Error): void => {
    failure ??= reason;
    child.kill();
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  const abort = (): void => end(signal.reason as Error);
  signal.addEventListener("abort", abort);
  child.on("error", (error) => end(gitFailure(error)));
  child.on("close", () => end(gitRefusal(said, options)));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  // Whoever waits is told why it ended.
  child.stdin.on("error", () => undefined);
  child.stdout.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let answer = takeAnswer(received); answer !== undefined; answer = takeAnswer(received)) {
      received = received.subarray(answer.length);
      waiting.shift()?.resolve(answer.object);
    }
  });
  return {
    read(name) {
      // A line is a name.
      if (/[\n\r]/.test(name)) return Promise.resolve({ kind: "missing" });
      return new Promise((resolve, reject) => {
        if (signal.aborted) abort();
        if (failure !== undefined) return reject(failure);
        waiting.push({ resolve, reject });
        child.stdin.write(`${name}\n`);
      });
    },
    [Symbol.dispose]() {
      signal.removeEventListener("abort", abort);
      end(new Error("the git repository was closed"));
    },
  };
}

interface Answer {
  readonly object: GitObject;
  /** Of bytes. */
  readonly length: number;
}

/** git-cat-file(1), "BATCH OUTPUT". @returns undefined where more has to come */
function takeAnswer(bytes: Buffer): Answer | undefined {
  const lineEnd = bytes.indexOf("\n");
  if (lineEnd === -1) return undefined;
  const line = bytes.toString("utf8", 0, lineEnd);
  const start = lineEnd + 1;
  const [, id = "", type, size] = /^(?:([0-9a-f]{40,64}) )?([a-z]+) (\d+)$/.exec(line) ?? [];
  if (type === undefined) {
    return { object: { kind: line.endsWith(" ambiguous") ? "ambiguous" : "missing" }, length: start };
  }
  const length = start + Number(size) + 1;
  if (bytes.length < length) return undefined;
  // Without an id it is a link that leads nowhere: `dangling SIZE`.
  if (id === "") return { object: { kind: "missing" }, length };
  return { object: { kind: "found", type, id, bytes: bytes.subarray(start, length - 1) }, length };
}
