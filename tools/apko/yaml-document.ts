import { isAlias, LineCounter, type Node, type ParsedNode, parseDocument, visit } from "yaml";
import { type Position, WolfiError } from "../error/wolfi-error.ts";

/** A YAML file's first document, with what is needed to say where in the file a node stands. */
export interface YamlDocument {
  readonly file: string;
  readonly root: ParsedNode;
  /** What each alias stands for; undefined where no such anchor comes before it. */
  readonly aliases: ReadonlyMap<Node, ParsedNode | undefined>;
  position(node: ParsedNode): Position;
}

export type YamlResult =
  | { readonly kind: "parsed"; readonly document: YamlDocument }
  | { readonly kind: "invalid"; readonly problems: readonly WolfiError[] };

/** Parses the first document of a YAML file; later documents are ignored, as apko does. Finds all syntax errors. */
export function parseYaml(bytes: Uint8Array, file: string): YamlResult {
  const text = decode(bytes);
  if (text === undefined) return invalid([syntaxError("the file is not UTF-8 text", { file })]);
  const lines = new LineCounter();
  // "failsafe" leaves every scalar as text: what `yes` or `0755` means is decided by ./yaml-scalar.ts.
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
  const problems = document.errors.map((error) => syntaxError(firstSentence(error.message), positionAt(error.pos[0])));
  const control = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (control !== null) {
    const code = control[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    problems.push(syntaxError(`the character U+${code} is not allowed`, positionAt(control.index)));
  }
  if (problems.length > 0) return invalid(problems);
  if (document.contents === null) return invalid([syntaxError("the file is empty", { file })]);
  const root = document.contents;
  const position = (node: ParsedNode): Position => positionAt(node.range[0]);
  return { kind: "parsed", document: { file, root, aliases: findAliases(root), position } };
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

function invalid(problems: readonly WolfiError[]): YamlResult {
  return { kind: "invalid", problems };
}

function syntaxError(reason: string, position: Position): WolfiError {
  return new WolfiError("YAML_SYNTAX", `Cannot read image configuration: ${reason}`, { kind: "input", position });
}

function firstSentence(message: string): string {
  const line = message.split("\n", 1)[0]!.replace(/[.:]$/, "");
  return line.charAt(0).toLowerCase() + line.slice(1);
}
