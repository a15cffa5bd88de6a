import { parseConstraint } from "../apk/constraint.ts";
import { parseVersion } from "../apk/version.ts";
import type { Recipe, RecipeContent, RecipeContentKind, RecipeDependencies, RecipePackage } from "./recipe.ts";
import { converted, type Decoder, decodeYaml, type Field, listOf, mapping, matching, text } from "./yaml-value.ts";

/**
 * Decodes a recipe. Field names are melange's where it has them; `wolfi-packages/README.md` lists them all.
 *
 * In dependencies, `${{package.version}}` and `${{package.full-version}}` (with the epoch) stand for the recipe's own.
 *
 * @throws WolfiError with line and column
 */
export function decodeRecipe(yaml: string, file: string): Recipe {
  return decodeYaml(yaml, file, "recipe", recipe);
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

const name = matching(/^[a-zA-Z0-9_][a-zA-Z0-9+_.-]*$/, "a package name");
const line = matching(/^[^\r\n]*$/, "text of one line");
const natural = converted(matching(/^\d{1,9}$/, "a whole number"), Number);
const permissions = converted(matching(/^0o?[0-7]{1,4}$/, "permissions such as 0o755"), (digits) =>
  Number.parseInt(digits.replace("o", ""), 8),
);
const flag = converted(matching(/^(true|false)$/, "true or false"), (value) => value === "true");
const path = converted(
  matching(/^(\/(?!\.{0,2}(\/|$))[^/\0\r\n]+)+$/, "an absolute path without . and .."),
  (absolute) => absolute.slice(1),
);

const dependency: Decoder<string> = (node, report) => {
  const value = line(node, report);
  if (value === undefined) return undefined;
  const constraint = parseConstraint(substitute(value, "0", "0-r0").replace(/^!/, ""));
  const isConstraint = !/[\s$<>=~@]/.test(constraint.name) && constraint.pin === "";
  if (!isConstraint) {
    return report.problem(node, "WRONG_VALUE", `expected a constraint such as "git>=2.50", found "${value}"`);
  }
  if (constraint.version !== "" && parseVersion(constraint.version) === undefined) {
    return report.problem(node, "WRONG_VALUE", `the version "${constraint.version}" in "${value}" is none`);
  }
  return value;
};
const dependencyList: Field<readonly string[]> = { decode: listOf(dependency), absent: [] };

const contentFields = mapping<ContentYaml>({
  path: { decode: path },
  type: { decode: matching(/^(file|directory|symlink)$/, "file, directory or symlink"), absent: "file" },
  text: { decode: text, absent: undefined },
  file: { decode: matching(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "a path below the recipe's folder"), absent: undefined },
  input: { decode: name, absent: undefined },
  source: { decode: line, absent: undefined },
  permissions: { decode: permissions, absent: undefined },
  uid: { decode: natural, absent: 0 },
  gid: { decode: natural, absent: 0 },
});

const content: Decoder<RecipeContent> = (node, report) => {
  const fields = contentFields(node, report);
  if (fields === undefined) return undefined;
  const given = (["text", "file", "input", "source"] as const).filter((field) => fields[field] !== undefined);
  const kind = contentKind(fields);
  const expected = { file: "one of text, file and input", symlink: "source", directory: "nothing else" }[fields.type];
  if (expected !== undefined && (kind === undefined || given.length !== (fields.type === "directory" ? 0 : 1))) {
    return report.problem(node, "WRONG_VALUE", `a ${fields.type} has ${expected}, found ${given.join(", ") || "none"}`);
  }
  if (kind === undefined) return undefined;
  const { uid, gid, permissions: mode } = fields;
  return { path: fields.path, kind, mode, uid, gid, position: report.position(node) };
};

function contentKind(fields: ContentYaml): RecipeContentKind | undefined {
  const { type, file, input, source } = fields;
  if (type === "directory") return { kind: "directory" };
  if (type === "symlink") return source === undefined ? undefined : { kind: "symlink", target: source };
  if (fields.text !== undefined) return { kind: "text", text: fields.text };
  if (file !== undefined) return { kind: "file", path: file };
  return input === undefined ? undefined : { kind: "input", name: input };
}

const noDependencies: DependenciesYaml = {
  runtime: [],
  provides: [],
  replaces: [],
  "install-if": [],
  "provider-priority": 0n,
};

const packageFields = mapping<PackageYaml>({
  name: { decode: name },
  description: { decode: line },
  "target-architecture": { decode: listOf(name), absent: DEFAULT_ARCHITECTURES },
  dependencies: {
    decode: mapping<DependenciesYaml>({
      runtime: dependencyList,
      provides: dependencyList,
      replaces: dependencyList,
      "install-if": dependencyList,
      "provider-priority": { decode: converted(natural, BigInt), absent: 0n },
    }),
    absent: noDependencies,
  },
  placeholder: { decode: flag, absent: false },
  contents: { decode: listOf(content), absent: [] },
  scriptlets: {
    decode: mapping<Readonly<Record<string, string>>>(
      Object.fromEntries(SCRIPTLETS.map((script) => [script, { decode: text, absent: "" }])),
    ),
    absent: {},
  },
});

const packageYaml: Decoder<PackageYaml> = (node, report) => {
  const fields = packageFields(node, report);
  if (fields?.placeholder === true && fields.contents.length > 0) {
    return report.problem(node, "WRONG_VALUE", "a placeholder has no contents");
  }
  return fields;
};

const recipeFields = mapping<RecipeYaml>({
  origin: { decode: name },
  version: { decode: matching(/^[0-9][a-z0-9._]*$/, "a version without epoch, such as 8.21.0") },
  epoch: { decode: matching(/^\d{1,9}$/, "a whole number") },
  url: { decode: line, absent: "" },
  license: { decode: line },
  packages: { decode: listOf(packageYaml) },
});

const recipe: Decoder<Recipe> = (node, report) => {
  const fields = recipeFields(node, report);
  if (fields === undefined) return undefined;
  const version = `${fields.version}-r${fields.epoch}`;
  if (parseVersion(version) === undefined) {
    return report.problem(node, "WRONG_VALUE", `the version "${version}" is none that apk can compare`);
  }
  const insert = (values: readonly string[]): readonly string[] =>
    values.map((value) => substitute(value, fields.version, version));
  return {
    origin: fields.origin,
    version,
    url: fields.url,
    license: fields.license,
    packages: fields.packages.map((from) => toPackage(from, insert)),
  };
};

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
