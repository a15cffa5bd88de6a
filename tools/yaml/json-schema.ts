import type { YamlFormat } from "./document.ts";
import type { Shape } from "./read-yaml.ts";

/** What a shape takes, in the words of JSON schema (draft 7). */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly (string | number | null)[];
  /** Of texts alone. */
  readonly pattern?: string;
  /** What editors say of a text that does not match; a word of VS Code's, which others ignore. */
  readonly patternErrorMessage?: string;
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
  return rules === "apko" ? withNulls(schema) : schema;
}

/** Nothing may be given wherever a value may be left out. */
function withNulls(schema: JsonSchema): JsonSchema {
  const { items, properties, additionalProperties, required = [] } = schema;
  const inside = {
    ...(items === undefined ? {} : { items: orNull(withNulls(items)) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, field]) => {
              const taken = withNulls(field);
              return [name, required.includes(name) ? taken : orNull(taken)];
            }),
          ),
        }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: orNull(withNulls(additionalProperties)) }
      : {}),
  };
  return { ...schema, ...inside };
}

function orNull(schema: JsonSchema): JsonSchema {
  return {
    ...schema,
    ...(schema.type === undefined ? {} : { type: [schema.type, "null"].flat() }),
    ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }),
  };
}
