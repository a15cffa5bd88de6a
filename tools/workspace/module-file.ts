import { WolfiError } from "../error/wolfi-error.ts";
import { type StarlarkToken, tokenize } from "./starlark-tokens.ts";

/** What a workspace's MODULE.bazel tells the extension, and thereby the lock command where there is no Bazel. */
export interface ModuleFile {
  /** What locks images there: this project's own target, seen from the module. As the extension has it (extension.bzl). */
  readonly lockCommand: string;
  /** Of the image configurations, from the workspace root. */
  readonly imagesFolder: string;
  readonly repositories: readonly ModuleRepository[];
  /** The label of this project's extension, as the module has it; undefined where it does not use it. */
  readonly extension: string | undefined;
}

/** A repository that lies in the workspace: `wolfi.repository(url = …, target = …)`, or with `folder = …`. */
export interface ModuleRepository {
  readonly url: string;
  /** The label of the target that builds it; undefined for a plain folder. */
  readonly label: string | undefined;
  /** From the workspace root. */
  readonly folder: string;
}

/**
 * Reads the tags of this project's extension in a MODULE.bazel. It knows of Starlark what these tags may consist of:
 * calls of the extension's variable with plain strings for arguments. Everything else in the file is skipped.
 *
 * @throws WolfiError where a tag has anything but plain strings, with its position
 */
export function readModuleFile(text: string, file: string): ModuleFile {
  const tokens = tokenize(text);
  const variables = findExtensionVariables(tokens);
  let imagesFolder = "wolfi-images";
  const repositories: ModuleRepository[] = [];
  for (const [at, token] of tokens.entries()) {
    if (!variables.has(token.text) || tokens[at + 1]?.text !== "." || tokens[at + 3]?.text !== "(") continue;
    const tag = tokens[at + 2]!.text;
    if (tag !== "repository" && tag !== "images") continue;
    const problem = (reason: string): WolfiError =>
      new WolfiError("MODULE_FILE", `Cannot read "${file}": ${reason}`, {
        kind: "input",
        position: { file, line: token.line },
      });
    const values = readArguments(tokens, at + 4, () =>
      problem(`the arguments of ${token.text}.${tag}() must be plain strings`),
    );
    if (tag === "repository" && values.has("target") === values.has("folder")) {
      throw problem(`${token.text}.repository() has either a target or a folder`);
    }
    if (tag === "images") imagesFolder = values.get("folder") ?? imagesFolder;
    else repositories.push(repositoryOf(values));
  }
  const lockCommand = `bazel run ${moduleName(tokens) === "wolfi" ? "" : "@wolfi"}//tools:lock`;
  return { lockCommand, imagesFolder, repositories, extension: [...variables.values()][0] };
}

function moduleName(tokens: readonly StarlarkToken[]): string | undefined {
  const start = tokens.findIndex(
    ({ kind, text }, at) => kind === "name" && text === "module" && tokens[at + 1]?.text === "(",
  );
  if (start === -1) return undefined;
  const end = tokens.findIndex(({ kind, text }, at) => at > start && kind === "sign" && text === ")");
  const call = tokens.slice(start, end);
  const at = call.findIndex(
    ({ kind, text }, index) => kind === "name" && text === "name" && call[index + 1]?.text === "=",
  );
  return at === -1 ? undefined : call[at + 2]?.text;
}

/** `wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")` → `wolfi`, with the label. */
function findExtensionVariables(tokens: readonly StarlarkToken[]): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "name" || tokens[at + 1]?.text !== "=" || tokens[at + 2]?.text !== "use_extension") continue;
    const [file, comma, name] = tokens.slice(at + 4, at + 7);
    if (file?.text.endsWith("//wolfi:extensions.bzl") && comma?.text === "," && name?.text === "wolfi") {
      variables.set(token.text, file.text);
    }
  }
  return variables;
}

function readArguments(
  tokens: readonly StarlarkToken[],
  start: number,
  problem: () => WolfiError,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let at = start; tokens[at]?.text !== ")" || tokens[at]?.kind === "string"; at += 4) {
    const [name, equals, value, end] = tokens.slice(at, at + 4);
    if (name?.kind !== "name" || equals?.text !== "=" || value?.kind !== "string" || value.text.includes("\\")) {
      throw problem();
    }
    values.set(name.text, value.text);
    if (end?.kind === "sign" && end.text === ")") break;
    if (end?.kind !== "sign" || end.text !== ",") throw problem();
  }
  return values;
}

function repositoryOf(values: ReadonlyMap<string, string>): ModuleRepository {
  const url = values.get("url") ?? "";
  const target = values.get("target");
  if (target === undefined) return { url, label: undefined, folder: values.get("folder") ?? "" };
  return { url, label: target, folder: `bazel-bin/${folderOfLabel(target)}` };
}

/** Where a target has its output: `//a/b:c` → `a/b/c`, `//a/b` → `a/b/b`; of another module below `external/MODULE~`. */
function folderOfLabel(label: string): string {
  const [, module, target = ""] = /^@{0,2}([^/@]*)\/\/(.*)$/.exec(label) ?? [undefined, "", label];
  const [path = "", name = path.replace(/^.*\//, "")] = target.split(":");
  return [module && `external/${module}~`, path, name].filter((part) => part).join("/");
}
