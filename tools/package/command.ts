import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { PackageFile } from "../apk/write-package.ts";
import type { Shell } from "../terminal/shell.ts";
import { workspacePath } from "../terminal/workspace.ts";
import { loadRecipe, readInput } from "./load-recipe.ts";
import { loadSigningKey } from "./load-signing-key.ts";
import { unpackContents } from "./unpack-contents.ts";

/** Where relative paths start, and what messages name them from. */
type PackageShell = Pick<Shell, "workingDirectory" | "workspaceRoot">;

/**
 * `wolfi package`: recipes → .apk files and an index. Build actions call it; it writes what is named as output, after
 * all work has succeeded, and nothing else.
 */
export function packageCommand(shell: PackageShell): Command {
  return new Command("package")
    .description("make .apk packages and repositories from recipes")
    .addCommand(buildCommand(shell))
    .addCommand(indexCommand(shell));
}

interface BuildCommandOptions {
  readonly recipe: readonly string[];
  readonly architecture: string;
  readonly key: string;
  readonly input: ReadonlyMap<string, string>;
  readonly contents: readonly string[];
  readonly index: boolean;
  readonly output: string;
}

function buildCommand(shell: PackageShell): Command {
  return new Command("build")
    .description("make the packages of recipes, signed, for one architecture")
    .requiredOption("--recipe <file...>", "recipes")
    .requiredOption("--architecture <name>", "as repositories write it: x86_64, aarch64")
    .requiredOption("--key <file>", "private RSA key; NAME.rsa signs as NAME.rsa.pub")
    .option("--input <name=file>", "file that recipes ask for by name (may be repeated)", addInput, new Map())
    .option("--contents <file...>", "archives NAME.tar of what the placeholder NAME stands for", [])
    .option("--index", "also write APKINDEX.tar.gz, which makes the folder one of a repository", false)
    .requiredOption("--output <folder>", "where NAME-VERSION.apk is written")
    .action(async (given: BuildCommandOptions) => {
      const { workingDirectory } = shell;
      const { architecture, input, index, output } = given;
      const key = await loadSigningKey(resolve(workingDirectory, given.key), given.key);
      const recipes = await Promise.all(
        given.recipe.map((path) => loadRecipe(resolve(workingDirectory, path), workspacePath(path, shell))),
      );
      const inputs = new Map<string, Uint8Array>();
      for (const [name, path] of input) inputs.set(name, await readInput(resolve(workingDirectory, path), path));
      const contents = new Map<string, readonly PackageFile[]>();
      for (const path of given.contents) {
        contents.set(basename(path, ".tar"), unpackContents(await readInput(resolve(workingDirectory, path), path)));
      }
      // Its compression prepares itself when it is imported, which the other commands need not wait for.
      const { buildPackages, buildRepository } = await import("./build-repository.ts");
      const options = { architecture, key, inputs, contents };
      const files = index
        ? buildRepository(recipes, options)
        : new Map(buildPackages(recipes, options).map(({ fileName, apk }) => [fileName, apk]));
      const folder = resolve(workingDirectory, output);
      await mkdir(folder, { recursive: true });
      for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
    });
}

function indexCommand({ workingDirectory }: PackageShell): Command {
  return new Command("index")
    .description("make the signed index of packages, all of one architecture")
    .requiredOption("--architecture <name>", "which every package must have: x86_64, aarch64")
    .requiredOption("--key <file>", "private RSA key; NAME.rsa signs as NAME.rsa.pub")
    .requiredOption("--output <file>", "the index, by custom APKINDEX.tar.gz")
    .argument("<apk...>", "packages, in any order")
    .action(async (paths: readonly string[], options: { architecture: string; key: string; output: string }) => {
      const key = await loadSigningKey(resolve(workingDirectory, options.key), options.key);
      const apks: Uint8Array[] = [];
      for (const path of paths) apks.push(await readInput(resolve(workingDirectory, path), path));
      const { buildIndex } = await import("./build-repository.ts");
      const file = resolve(workingDirectory, options.output);
      const index = buildIndex(apks, { architecture: options.architecture, key });
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, index);
    });
}

function addInput(value: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const equals = value.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("expected NAME=FILE");
  return new Map([...before, [value.slice(0, equals), value.slice(equals + 1)]]);
}
