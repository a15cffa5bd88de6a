import { lineEnding } from "../edit/text-change.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { findCalls, type StarlarkCall } from "./starlark-calls.ts";

export interface WolfiBaseCall {
  /** Of the BUILD file, from the workspace root. */
  readonly file: string;
  /** Where `wolfi_base` is loaded from: `//wolfi:defs.bzl`. */
  readonly label: string;
  /** Undefined where the package's last path part says it. */
  readonly image: string | undefined;
}

/**
 * Adds a `wolfi_base()` call, and its load, to the text of a BUILD file; nothing else of it changes.
 *
 * @param text undefined for a new file
 * @throws WolfiError where the file has such targets, or cannot be read
 */
export function addWolfiBase(text: string | undefined, call: WolfiBaseCall): string {
  const { label } = call;
  const argument = argumentOf(call);
  if (text === undefined || text.trim() === "") {
    return `load("${label}", "wolfi_base")\n\nwolfi_base(${argument})\n`;
  }
  const eol = lineEnding(text);
  const calls = findCalls(text);
  if (calls === undefined) throw refuse(call, "a bracket or a string in it does not end");
  const loads = calls.filter(({ callee }) => callee === "load");
  const name = loadedName(loads, text, call);
  refuseTargets(name ?? "wolfi_base", calls, text, call);
  const loaded = name === undefined ? addLoad(text, loads, label, eol) : text;
  const end = loaded.endsWith("\n") ? "" : eol;
  return `${loaded}${end}${eol}${name ?? "wolfi_base"}(${argument})${eol}`;
}

const symbol = "wolfi_base";

/** How the file calls wolfi_base() already; undefined where it does not load it. */
function loadedName(loads: readonly StarlarkCall[], text: string, call: WolfiBaseCall): string | undefined {
  for (const load of loads) {
    const [file, ...symbols] = load.strings;
    const found = symbols.find(({ value }) => value === symbol);
    if (isDefinitions(file?.value)) {
      if (found !== undefined) return found.keyword ?? symbol;
    } else if (symbols.some(({ keyword, value }) => (keyword ?? value) === symbol)) {
      throw refuse(call, `its "${symbol}" is loaded from "${file?.value}"`, lineOf(text, load.start));
    }
  }
  return undefined;
}

function isDefinitions(label: string | undefined): boolean {
  return label !== undefined && /^(@{1,2}[^/]*)?\/\/wolfi:defs\.bzl$/.test(label);
}

function refuseTargets(name: string, calls: readonly StarlarkCall[], text: string, call: WolfiBaseCall): void {
  for (const { callee, strings, start } of calls) {
    const target = strings.find(({ keyword }) => keyword === "name")?.value;
    if (callee === name && (target ?? "wolfi") === "wolfi") {
      throw refuse(call, `there is a ${name}() already`, lineOf(text, start));
    }
    if (target !== undefined && ownTargets.test(target)) {
      throw refuse(call, `there is a target "${target}" already`, lineOf(text, start));
    }
  }
}

/** Names that `wolfi_base()` gives. */
const ownTargets = /^((wolfi_)?base_(image|index|tarball|tarball\.tar|push|sbom)|wolfi_(lock|sound|structure)_test)$/;

function addLoad(text: string, loads: readonly StarlarkCall[], label: string, eol: string): string {
  const same = loads.find(({ strings }) => isDefinitions(strings[0]?.value));
  if (same !== undefined) return addSymbol(text, same);
  const line = `load("${label}", "${symbol}")`;
  const before = loads.findLast(({ strings }) => compareLabels(strings[0]?.value ?? "", label) <= 0);
  if (before !== undefined) return insert(text, before.end, eol + line);
  const first = loads[0];
  if (first !== undefined) return insert(text, first.start, line + eol);
  // A comment at the top, with an empty line below it, is about the file.
  const header = /^(#[^\n]*\n)+\r?\n/.exec(text)?.[0].length ?? 0;
  return insert(text, header, line + eol + eol);
}

/** Symbols are in the order of their names, as buildifier has them. */
function addSymbol(text: string, { strings }: StarlarkCall): string {
  const [, ...symbols] = strings;
  const next = symbols.findIndex(({ keyword, value }) => (keyword ?? value) > symbol);
  const before = strings[next === -1 ? strings.length - 1 : next]!;
  const separator = symbols.length === 0 ? ", " : text.slice(strings[0]!.end, symbols[0]!.start);
  return insert(text, before.end, `${separator}"${symbol}"`);
}

/** As buildifier has them: other modules first, the file's own package last. */
function compareLabels(a: string, b: string): number {
  const rank = (label: string): number => (label.startsWith("@") ? 0 : label.startsWith("//") ? 1 : 2);
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function insert(text: string, offset: number, added: string): string {
  return text.slice(0, offset) + added + text.slice(offset);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function argumentOf({ image }: WolfiBaseCall): string {
  return image === undefined ? "" : `image = "${image}"`;
}

function refuse(call: WolfiBaseCall, reason: string, line?: number): WolfiError {
  const { file, label } = call;
  return new WolfiError("NOT_EDITABLE", `Cannot add wolfi_base() to "${file}": ${reason}`, {
    kind: "input",
    position: { file, ...(line === undefined ? {} : { line }) },
    cure: `Name another package with --package; by hand: load("${label}", "${symbol}") and ${symbol}(${argumentOf(call)})`,
  });
}
