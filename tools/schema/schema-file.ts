import type { JsonSchema } from "../yaml/json-schema.ts";

/** The text of a schema's file. Draft 7, which every editor knows. */
export function schemaFile(schema: JsonSchema & { readonly title: string }): string {
  return `${JSON.stringify({ $schema: "http://json-schema.org/draft-07/schema#", ...schema }, null, 2)}\n`;
}
