import { type ErrorCode, isAlias, LineCounter, type Node, type ParsedNode, parseDocument, visit } from "yaml";
import { type Position, WolfiError } from "../error/wolfi-error.ts";

/** A kind of file that is written in YAML. */
export interface YamlFormat {
  /** As messages name it: `image configuration`. */
  readonly name: string;
  /**
   * `apko`: as apko's YAML library (yaml.v3 3.0.1, decode.go) has it. Null is nothing given: it leaves the default, and
   * an element of a list that is null is dropped. Aliases and merge keys (`<<`) work.
   * `plain`: no aliases, no merge keys, no null: `~` is text, and a field that is written has a value.
   */
  readonly rules: "apko" | "plain";
}

/** A YAML file's first document, with what is needed to say where in the file a node stands. */
export interface YamlDocument {
  readonly format: YamlFormat;
  readonly root: ParsedNode;
  /** What each alias stands for; undefined where no such anchor comes before it. */
  readonly aliases: ReadonlyMap<Node, ParsedNode | undefined>;
  position(node: ParsedNode): Position;
}

/**
 * Parses the first document of a YAML file; later documents are ignored, as apko does.
 *
 * @returns undefined where the syntax is wrong, which is added to `problems`: what comes first in the file, for most of
 *   what the parser finds behind it only follows from it
 */
export function parseYaml(
  bytes: Uint8Array,
  file: string,
  format: YamlFormat,
  problems: WolfiError[],
): YamlDocument | undefined {
  const report = (reason: string, position: Position, cure?: string): undefined => {
    const message = `Cannot read ${format.name}: ${reason}`;
    problems.push(new WolfiError("YAML_SYNTAX", message, { kind: "input", position, cure }));
  };
  const text = decode(bytes);
  if (text === undefined) return report("the file is not UTF-8 text", { file });
  const lines = new LineCounter();
  // "failsafe" leaves every scalar as text: what `yes` or `0755` means is decided by ./scalar.ts.
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: "silent",
    prettyErrors: false,
    schema: "failsafe",
    uniqueKeys: false,
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    const conflict = /^<{7}(?= |\r?$)/m.exec(text);
    return conflict === null
      ? report(firstSentence(error.message), positionAt(error.pos[0]), cureOf(error.code))
      : report("the file holds a merge conflict", positionAt(conflict.index), "Decide between the two, then try again");
  }
  const control = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (control !== null) {
    const code = control[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    return report(`the character U+${code} is not allowed`, positionAt(control.index));
  }
  const root = document.contents;
  if (root === null) return report("the file is empty", { file });
  return { format, root, aliases: findAliases(root), position: (node) => positionAt(node.range[0]) };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** An alias means the last anchor of its name before it. One walk instead of one for each alias: input is hostile. */
function findAliases(root: ParsedNode): ReadonlyMap<Node, ParsedNode | undefined> {
  const anchors = new Map<string, ParsedNode>();
  const aliases = new Map<Node, ParsedNode | undefined>();
  visit(root, {
    Node(_key, node) {
      if (isAlias(node)) aliases.set(node, anchors.get(node.source));
      else if (node.anchor !== undefined) anchors.set(node.anchor, node as ParsedNode);
    },
  });
  return aliases;
}

/** The parser says what it stumbled on, which is rarely what a person would call the mistake. */
function cureOf(code: ErrorCode): string | undefined {
  if (code === "TAB_AS_INDENT") return "Indent with spaces";
  if (!LAYOUT_CODES.has(code)) return undefined;
  return 'Look at the indentation here and in the line above, and for a ":", a quote or a bracket that is missing';
}

const LAYOUT_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BAD_INDENT",
  "BLOCK_AS_IMPLICIT_KEY",
  "MISSING_CHAR",
  "MULTILINE_IMPLICIT_KEY",
  "UNEXPECTED_TOKEN",
]);

function firstSentence(message: string): string {
  const line = message.split("\n", 1)[0]!.replace(/[.:]$/, "");
  return line.charAt(0).toLowerCase() + line.slice(1);
}
