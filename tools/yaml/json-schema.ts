import type { YamlFormat } from "./document.ts";
import type { Shape } from "./read-yaml.ts";

/** What a shape takes, in the words of JSON schema (draft 7). */
export interface JsonSchema {
  readonly title?: string;
  readonly type?: string | readonly string[];
  /** Markdown. */
  readonly description?: string;
  /** The description with its Markdown; this one and the next are words of VS Code's, which others ignore. */
  readonly markdownDescription?: string;
  /** What an editor says of a value of another type or form. */
  readonly errorMessage?: string;
  readonly enum?: readonly (string | number | null)[];
  /** Of texts alone. */
  readonly pattern?: string;
  /** Of texts alone. */
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** What editors propose; other values are as good. */
  readonly examples?: readonly (string | number)[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

/** Words for editors: `enum` of texts, of which YAML reads some as numbers where they are not quoted. */
export function enumOf(words: readonly string[]): readonly (string | number)[] {
  return words.flatMap((word) => (String(Number(word)) === word ? [word, Number(word)] : [word]));
}

/**
 * The schema of a YAML file's values as editors read them, by YAML 1.2: how a value is written (`017`, quotes) they do
 * not see.
 */
export function jsonSchemaOf({ schema }: Shape<unknown>, { rules }: YamlFormat): JsonSchema {
  return forEditors(schema, rules === "apko" ? orNull : (given) => given);
}

/** @param mayBeAbsent makes the schema of a value that may be left out */
function forEditors(schema: JsonSchema, mayBeAbsent: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const { description, items, properties, additionalProperties, required = [], ...rest } = schema;
  const field = ([name, inside]: readonly [string, JsonSchema]): readonly [string, JsonSchema] => {
    const given = forEditors(inside, mayBeAbsent);
    return [name, required.includes(name) ? given : mayBeAbsent(given)];
  };
  const element = (inside: JsonSchema): JsonSchema => mayBeAbsent(forEditors(inside, mayBeAbsent));
  return {
    ...(description === undefined ? {} : describedBy(description)),
    ...rest,
    ...(items === undefined ? {} : { items: element(items) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(field)) }),
    ...(required.length === 0 ? {} : { required }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: additional(additionalProperties, element) }),
  };
}

function describedBy(markdown: string): JsonSchema {
  const description = markdown.replaceAll("`", "");
  return description === markdown ? { description } : { description, markdownDescription: markdown };
}

function additional(given: boolean | JsonSchema, element: (schema: JsonSchema) => JsonSchema): boolean | JsonSchema {
  return typeof given === "boolean" ? given : element(given);
}

function orNull(schema: JsonSchema): JsonSchema {
  return {
    ...schema,
    ...(schema.type === undefined ? {} : { type: [schema.type, "null"].flat() }),
    ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }),
  };
}
