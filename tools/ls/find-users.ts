import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type StarlarkToken, tokenize } from "../workspace/starlark-tokens.ts";

/** A Bazel package that has a `wolfi_base()`. */
export interface ImageUser {
  /** `//cmd/gitserver` */
  readonly package: string;
  /** undefined where the BUILD file computes it. */
  readonly image: string | undefined;
}

/**
 * Finds the `wolfi_base()` calls in the BUILD files of a workspace, without Bazel: those that the files themselves have,
 * not those of macros in .bzl files. Folders in `.bazelignore`, hidden ones and symbolic links are left out.
 *
 * @param images names of all image configurations: a call that names none takes that of its package's last path part,
 *   or `sourcegraph` (wolfi/private/base.bzl)
 * @returns in the order of the packages
 */
export function findUsers(workspaceRoot: string, images: ReadonlySet<string>): readonly ImageUser[] {
  return findBuildFiles(workspaceRoot).flatMap(({ path, file }) => {
    const text = readFileSync(join(workspaceRoot, path, file), "utf8");
    if (!text.includes("wolfi_base")) return [];
    return imagesOf(tokenize(text)).map((image) => ({
      package: `//${path}`,
      image: image === "default" ? defaultImage(path, images) : image.name,
    }));
  });
}

interface BuildFile {
  /** Of its folder, from the workspace root; "" for that itself. */
  readonly path: string;
  readonly file: string;
}

function findBuildFiles(workspaceRoot: string): readonly BuildFile[] {
  const ignored = readIgnored(workspaceRoot);
  const found: BuildFile[] = [];
  const visit = (path: string): void => {
    const entries = readFolder(join(workspaceRoot, path));
    const file = ["BUILD.bazel", "BUILD"].find((name) => entries.some((each) => each.name === name && each.isFile()));
    if (file !== undefined) found.push({ path, file });
    for (const entry of entries) {
      const inside = path === "" ? entry.name : `${path}/${entry.name}`;
      const isSkipped = entry.name.startsWith(".") || entry.name === "node_modules" || ignored.has(inside);
      if (entry.isDirectory() && !isSkipped) visit(inside);
    }
  };
  visit("");
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readIgnored(workspaceRoot: string): ReadonlySet<string> {
  const file = join(workspaceRoot, ".bazelignore");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return new Set(lines.map((line) => line.trim().replace(/\/+$/, "")).filter((line) => !/^(#|$)/.test(line)));
}

/** What may not be read is left out, as where it vanishes meanwhile. */
function readFolder(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return [];
    throw error;
  }
}

type NamedImage = "default" | { readonly name: string | undefined };

function imagesOf(tokens: readonly StarlarkToken[]): readonly NamedImage[] {
  const macros = macroNames(tokens);
  return tokens.flatMap(({ kind, text }, at) =>
    kind === "name" && macros.has(text) && isSign(tokens[at + 1], "(") ? imageOf(tokens, at + 2) : [],
  );
}

/** What the file calls the macro: `load("@wolfi//wolfi:defs.bzl", "wolfi_base", base = "wolfi_base")`. */
function macroNames(tokens: readonly StarlarkToken[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== "name" || text !== "load" || !/(^|\/)\/wolfi:defs\.bzl$/.test(tokens[at + 2]?.text ?? "")) continue;
    const end = tokens.findIndex((token, place) => place > at && isSign(token, ")"));
    for (const [place, token] of tokens.slice(0, end).entries()) {
      if (place <= at + 2 || token.kind !== "string" || token.text !== "wolfi_base") continue;
      names.add(isSign(tokens[place - 1], "=") ? tokens[place - 2]!.text : token.text);
    }
  }
  return names;
}

/** @param start of a call's arguments */
function imageOf(tokens: readonly StarlarkToken[], start: number): NamedImage {
  let depth = 0;
  for (let at = start; at < tokens.length && depth >= 0; at++) {
    const token = tokens[at]!;
    if (token.kind === "sign" && "([{".includes(token.text)) depth++;
    if (token.kind === "sign" && ")]}".includes(token.text)) depth--;
    if (depth !== 0) continue;
    // What two stars bring in may say anything.
    if (isSign(token, "*") && isSign(tokens[at + 1], "*")) return { name: undefined };
    if (token.kind !== "name" || token.text !== "image" || !isSign(tokens[at + 1], "=")) continue;
    const [value, next] = [tokens[at + 2], tokens[at + 3]];
    if (value?.text === "None") return "default";
    const isPlain = value?.kind === "string" && (isSign(next, ",") || isSign(next, ")"));
    return { name: isPlain ? value.text : undefined };
  }
  return "default";
}

function isSign(token: StarlarkToken | undefined, text: string): boolean {
  return token?.kind === "sign" && token.text === text;
}

function defaultImage(path: string, images: ReadonlySet<string>): string {
  const last = path.replace(/^.*\//, "");
  return images.has(last) ? last : "sourcegraph";
}
