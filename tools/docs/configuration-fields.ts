import { imageConfigurationShape } from "../apko/configuration-shape.ts";
import type { JsonSchema } from "../yaml/json-schema.ts";

/** A field of an image configuration that holds no other fields. */
export interface ConfigurationField {
  /** `accounts.users[].uid`: the uid of each element of a list. */
  readonly path: string;
  /** `text`, `list of text`, `mapping of text`, `whole number`, `true or false`. */
  readonly type: string;
  /** What it says to people. */
  readonly description: string;
}

/** The fields that image configurations have, as their reader knows them. */
export function configurationFields(): readonly ConfigurationField[] {
  return fieldsOf("", imageConfigurationShape.schema);
}

function fieldsOf(path: string, { properties = {} }: JsonSchema): readonly ConfigurationField[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const inside = `${path}${name}`;
    if (field.properties !== undefined) return fieldsOf(`${inside}.`, field);
    if (field.items?.properties !== undefined) return fieldsOf(`${inside}[].`, field.items);
    return [{ path: inside, type: typeOf(field), description: field.description ?? "" }];
  });
}

function typeOf({ type, items, additionalProperties }: JsonSchema): string {
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (typeof additionalProperties === "object") return `mapping of ${typeOf(additionalProperties)}`;
  if (type === "integer") return "whole number";
  return type !== undefined && type[0] === "boolean" ? "true or false" : "text";
}
