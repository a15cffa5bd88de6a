import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatPosition, WolfiError } from "../error/wolfi-error.ts";
import type { Environment } from "./environment.ts";

/** A `machine` or `default` of a netrc file. */
export interface Login {
  /** Undefined for `default`, which is for every other host. */
  readonly machine: string | undefined;
  readonly user: string;
  readonly password: string;
  /** Where it begins. */
  readonly line: number;
}

export interface Netrc {
  /** As messages name it. */
  readonly file: string;
  readonly entries: readonly Login[];
}

/**
 * Reads the file that `NETRC` names, otherwise `~/.netrc`, when it is first needed; one that is missing has no
 * entries. Its mode is not looked at, as by git and curl.
 */
export function netrcReader(environment: Environment): () => Promise<Netrc> {
  let netrc: Promise<Netrc> | undefined;
  return () => (netrc ??= readNetrc(environment));
}

async function readNetrc(environment: Environment): Promise<Netrc> {
  const home = environment["HOME"] || environment["USERPROFILE"];
  const file = environment["NETRC"] || (home === undefined ? undefined : join(home, ".netrc"));
  if (file === undefined) return { file: "~/.netrc", entries: [] };
  try {
    return { file, entries: parseNetrc(await readFile(file, "utf8"), file) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return { file, entries: [] };
    if (error instanceof WolfiError) throw error;
    throw invalid(`it cannot be read (${code ?? "unknown reason"})`, { file });
  }
}

/** Finds the login for a host: the first entry that names it with a password, otherwise `default`. */
export function findLogin(entries: readonly Login[], hostname: string): Login | undefined {
  const fits = (machine: string | undefined): boolean => machine === undefined || machine.toLowerCase() === hostname;
  return entries.find(({ machine, password }) => fits(machine) && password !== "");
}

/**
 * Reads the text of a netrc file as curl does: `machine HOST`, `default`, `login`, `password`, `account`, a `macdef`
 * up to the next empty line, comments from `#`, and values in double quotes with `\"`, `\\`, `\n`, `\r` and `\t`.
 * What else it says is ignored.
 *
 * @throws WolfiError `NETRC_INVALID`, with the line but without anything of the file
 */
export function parseNetrc(text: string, file: string): readonly Login[] {
  const entries: Login[] = [];
  let current: { -readonly [Key in keyof Login]: Login[Key] } | undefined;
  const tokens = tokensOf(text, file);
  for (const { text: keyword, line } of tokens) {
    const value = (): string => {
      const next = tokens.next();
      if (next.done === true) throw invalid("a value is missing at the end of the file", { file, line });
      return next.value.text;
    };
    switch (keyword) {
      case "machine":
      case "default": {
        current = { machine: keyword === "machine" ? value() : undefined, user: "", password: "", line };
        entries.push(current);
        break;
      }
      case "login": {
        const user = value();
        if (current !== undefined) current.user = user;
        break;
      }
      case "password": {
        const password = value();
        if (current !== undefined) current.password = password;
        break;
      }
      case "account":
        value();
        break;
    }
  }
  return entries;
}

const TOKEN = /[^\S\n]*(?:(\n)|#[^\n]*|"((?:[^"\\\n]|\\.)*)"|("[^\n]*)|(macdef(?=\s)[^]*?(?:\n[^\S\n]*\n|$))|(\S+))/gy;

function* tokensOf(text: string, file: string): Generator<{ readonly text: string; readonly line: number }> {
  let line = 1;
  for (const match of text.replaceAll("\r\n", "\n").matchAll(TOKEN)) {
    const [all, , quoted, broken, , plain] = match;
    if (broken !== undefined) throw invalid("a quote is not closed", { file, line });
    if (quoted !== undefined) yield { text: quoted.replace(/\\(.)/g, (_, escaped: string) => unescape(escaped)), line };
    if (plain !== undefined) yield { text: plain, line };
    line += all.split("\n").length - 1;
  }
}

function unescape(letter: string): string {
  return { n: "\n", r: "\r", t: "\t" }[letter] ?? letter;
}

/** The place stands in the message, since the position is that of what needs the file. */
function invalid(reason: string, { file, line }: { readonly file: string; readonly line?: number }): WolfiError {
  const message = `Cannot read netrc "${formatPosition({ file, ...(line === undefined ? {} : { line }) })}": ${reason}`;
  return new WolfiError("NETRC_INVALID", message, { kind: "input" });
}
