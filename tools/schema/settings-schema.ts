import { jsonSchemaOf } from "../yaml/json-schema.ts";
import { settingsFormat, settingsShape } from "../workspace/settings.ts";
import { schemaFile } from "./schema-file.ts";

/** The JSON schema of `settings.yml`, made of the table that it is read by. @returns the text of a file */
export function settingsSchema(): string {
  return schemaFile({
    title: "Settings",
    description: "What holds for all images of a folder",
    ...jsonSchemaOf(settingsShape, settingsFormat),
  });
}
