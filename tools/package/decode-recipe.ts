import { type Constraint, parseConstraint } from "../apk/constraint.ts";
import { parseVersion } from "../apk/version.ts";
import { list, struct } from "../yaml/collection-shapes.ts";
import { readYaml } from "../yaml/read-yaml.ts";
import { optional, refined, required, withZero } from "../yaml/refine.ts";
import { filled, matching } from "../yaml/scalar-shapes.ts";
import type { Recipe, RecipeContent, RecipeContentKind, RecipeDependencies, RecipePackage } from "./recipe.ts";

/**
 * Decodes a recipe. Field names are melange's where it has them; `wolfi-packages/README.md` lists them all.
 *
 * In dependencies, `${{package.version}}` and `${{package.full-version}}` (with the epoch) stand for the recipe's own.
 *
 * @throws WolfiError the problem, with line and column; an AggregateError of several
 */
export function decodeRecipe(yaml: string, file: string): Recipe {
  const { value, problems } = readYaml(Buffer.from(yaml), file, { name: "recipe", rules: "plain" }, recipe);
  if (problems.length > 1) throw new AggregateError(problems, `Cannot read ${file}`);
  if (value === undefined || problems.length > 0) throw problems[0]!;
  return value;
}

interface RecipeYaml {
  readonly origin: string;
  readonly version: string;
  readonly epoch: string;
  readonly url: string;
  readonly license: string;
  readonly packages: readonly PackageYaml[];
}

interface PackageYaml {
  readonly name: string;
  readonly description: string;
  readonly "target-architecture": readonly string[];
  readonly dependencies: DependenciesYaml;
  readonly placeholder: boolean;
  readonly contents: readonly RecipeContent[];
  readonly scriptlets: Readonly<Record<string, string>>;
}

interface DependenciesYaml {
  readonly runtime: readonly string[];
  readonly provides: readonly string[];
  readonly replaces: readonly string[];
  readonly "install-if": readonly string[];
  readonly "provider-priority": bigint;
}

interface ContentYaml {
  readonly path: string;
  readonly type: string;
  readonly text: string | undefined;
  readonly file: string | undefined;
  readonly input: string | undefined;
  readonly source: string | undefined;
  readonly permissions: number | undefined;
  readonly uid: number;
  readonly gid: number;
}

const DEFAULT_ARCHITECTURES: readonly string[] = ["x86_64", "aarch64"];
const SCRIPTLETS = ["pre-install", "post-install", "pre-deinstall", "post-deinstall", "pre-upgrade", "post-upgrade"];

const line = matching(/^[^\r\n]+$/, "text of one line");
const name = matching(/^[a-zA-Z0-9_][a-zA-Z0-9+_.-]*$/, "a package name");
const digits = matching(/^\d{1,9}$/, "a whole number");
const flag = refined(matching(/^(true|false)$/, "true or false"), (value) => value === "true");
const permissions = refined(matching(/^0o?[0-7]{1,4}$/, "permissions such as 0o755"), (octal) =>
  Number.parseInt(octal.replace("o", ""), 8),
);
const path = refined(matching(/^(\/(?!\.{0,2}(\/|$))[^/\0\r\n]+)+$/, "an absolute path without . and .."), (absolute) =>
  absolute.slice(1),
);

const dependency = refined(matching({ test: isConstraint }, 'a constraint such as "git>=2.50"'), (value, place) => {
  const { version } = constraintOf(value);
  if (version === "" || parseVersion(version) !== undefined) return value;
  return place.refuse(`the version "${version}" in "${value}" is none`);
});

function isConstraint(value: string): boolean {
  const constraint = constraintOf(value);
  return /^[^\r\n]+$/.test(value) && !/[\s$<>=~@]/.test(constraint.name) && constraint.pin === "";
}

function constraintOf(value: string): Constraint {
  return parseConstraint(substitute(value, "0", "0-r0").replace(/^!/, ""));
}

const contentFields = struct<ContentYaml>({
  path,
  type: withZero(matching(/^(file|directory|symlink)$/, "file, directory or symlink"), "file"),
  text: optional(filled),
  file: optional(matching(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "a path below the recipe's folder")),
  input: optional(name),
  source: optional(line),
  permissions: optional(permissions),
  uid: withZero(refined(digits, Number), 0),
  gid: withZero(refined(digits, Number), 0),
});

const content = refined(contentFields, (fields, { position, refuse }): RecipeContent | undefined => {
  const given = (["text", "file", "input", "source"] as const).filter((field) => fields[field] !== undefined);
  const kind = contentKind(fields);
  const expected = { file: "one of text, file and input", symlink: "source", directory: "nothing else" }[fields.type];
  if (expected !== undefined && (kind === undefined || given.length !== (fields.type === "directory" ? 0 : 1))) {
    return refuse(`a ${fields.type} has ${expected}, found ${given.join(", ") || "none"}`);
  }
  if (kind === undefined) return undefined;
  const { uid, gid, permissions: mode } = fields;
  return { path: fields.path, kind, mode, uid, gid, position };
});

function contentKind(fields: ContentYaml): RecipeContentKind | undefined {
  const { type, file, input, source } = fields;
  if (type === "directory") return { kind: "directory" };
  if (type === "symlink") return source === undefined ? undefined : { kind: "symlink", target: source };
  if (fields.text !== undefined) return { kind: "text", text: fields.text };
  if (file !== undefined) return { kind: "file", path: file };
  return input === undefined ? undefined : { kind: "input", name: input };
}

const packageFields = struct<PackageYaml>({
  name,
  description: line,
  "target-architecture": withZero(list(name), DEFAULT_ARCHITECTURES),
  dependencies: struct<DependenciesYaml>({
    runtime: list(dependency),
    provides: list(dependency),
    replaces: list(dependency),
    "install-if": list(dependency),
    "provider-priority": withZero(refined(digits, BigInt), 0n),
  }),
  placeholder: withZero(flag, false),
  contents: list(content),
  scriptlets: struct<Readonly<Record<string, string>>>(
    Object.fromEntries(SCRIPTLETS.map((script) => [script, withZero(filled, "")])),
  ),
});

const packageYaml = refined(packageFields, (fields, place) => {
  const isEmpty = fields.contents.length === 0;
  return fields.placeholder && !isEmpty ? place.refuse("a placeholder has no contents") : fields;
});

const recipeFields = struct<RecipeYaml>({
  origin: name,
  version: matching(/^[0-9][a-z0-9._]*$/, "a version without epoch, such as 8.21.0"),
  epoch: digits,
  url: withZero(line, ""),
  license: line,
  packages: required(list(packageYaml)),
});

const recipe = refined(recipeFields, (fields, place): Recipe | undefined => {
  const version = `${fields.version}-r${fields.epoch}`;
  if (parseVersion(version) === undefined) {
    return place.refuse(`the version "${version}" is none that apk can compare`);
  }
  const insert = (values: readonly string[]): readonly string[] =>
    values.map((value) => substitute(value, fields.version, version));
  const packages = fields.packages.map((from) => toPackage(from, insert));
  return { origin: fields.origin, version, url: fields.url, license: fields.license, packages };
});

function toPackage(from: PackageYaml, insert: (values: readonly string[]) => readonly string[]): RecipePackage {
  const { dependencies } = from;
  const scripts = Object.entries(from.scriptlets).filter(([, script]) => script !== "");
  const inserted: RecipeDependencies = {
    runtime: insert(dependencies.runtime),
    provides: insert(dependencies.provides),
    replaces: insert(dependencies.replaces),
    installIf: insert(dependencies["install-if"]),
    providerPriority: dependencies["provider-priority"],
  };
  return {
    name: from.name,
    description: from.description,
    architectures: from["target-architecture"],
    dependencies: inserted,
    contents: from.contents,
    isPlaceholder: from.placeholder,
    scripts: Object.fromEntries(scripts.map(([script, code]) => [`.${script}`, code])),
  };
}

function substitute(value: string, version: string, fullVersion: string): string {
  return value
    .replaceAll(/\$\{\{\s*package\.version\s*\}\}/g, version)
    .replaceAll(/\$\{\{\s*package\.full-version\s*\}\}/g, fullVersion);
}
