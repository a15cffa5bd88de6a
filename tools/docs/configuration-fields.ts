import { loadImageConfiguration } from "../apko/load-image-configuration.ts";

/** A field of an image configuration that holds no other fields. */
export interface ConfigurationField {
  /** `accounts.users[].uid`: the uid of each element of a list. */
  readonly path: string;
  /** `text`, `list of text`, `mapping of text`, `whole number`, `true or false`. */
  readonly type: string;
}

/** Finds the fields that image configurations have by what their reader says of a field that there is not. */
export async function findConfigurationFields(): Promise<readonly ConfigurationField[]> {
  return findFields([]);
}

const noSuchField = "a-field-that-no-configuration-has";
const element = "[]";

/** @param path names of fields, and {@link element} after a list's */
async function findFields(path: readonly string[]): Promise<readonly ConfigurationField[]> {
  const answer = await ask(path);
  if (answer.kind === "fields") {
    const found = await Promise.all(answer.names.map((name) => findFields([...path, name])));
    return found.flat();
  }
  if (answer.type === "list") return findFields([...path, element]);
  const isListed = path.at(-1) === element;
  const named = isListed ? path.slice(0, -1) : path;
  return [
    {
      path: named.join(".").replaceAll(`.${element}`, element),
      type: isListed ? `list of ${answer.type}` : answer.type,
    },
  ];
}

type Answer =
  { readonly kind: "fields"; readonly names: readonly string[] } | { readonly kind: "value"; readonly type: string };

/** Reads a configuration with a mapping at this path that has one unknown field. */
async function ask(path: readonly string[]): Promise<Answer> {
  const yaml = path.reduceRight(
    (value, name) => (name === element ? `[${value}]` : `{${name}: ${value}}`),
    `{${noSuchField}: 1}`,
  );
  const loaded = await loadImageConfiguration("image.yaml", (file) =>
    Promise.resolve(file === "image.yaml" ? Buffer.from(yaml) : undefined),
  );
  const problems = loaded.kind === "valid" ? [] : loaded.problems;
  const unknown = problems.find(({ message }) => message.includes(`unknown field "${noSuchField}"`));
  if (unknown !== undefined) {
    const [, names] = /The fields are (.+)$/.exec(unknown.cure ?? "") ?? [];
    if (names === undefined) throw new Error(`${unknown.message} names no fields: ${unknown.cure}`);
    return { kind: "fields", names: names.split(", ") };
  }
  for (const { message } of problems) {
    const [, type] = / must be (?:an? )?(.+?)(?: from .*)?, not a mapping$/.exec(message) ?? [];
    if (type !== undefined) return { kind: "value", type };
  }
  return { kind: "value", type: "mapping of text" };
}
