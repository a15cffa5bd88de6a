import { imageConfigurationShape } from "../apko/configuration-shape.ts";
import { imageConfigurationFormat } from "../apko/image-configuration.ts";
import { jsonSchemaOf } from "../yaml/json-schema.ts";
import { schemaFile } from "./schema-file.ts";

/**
 * The JSON schema of image configurations, for editors, made of the table that they are read by. The
 * yaml-language-server reads a file's values by YAML 1.2.
 *
 * @returns the text of a file
 */
export function imageConfigurationSchema(): string {
  return schemaFile({
    title: "Image configuration",
    description: "What a container image is made of, in apko's format",
    ...jsonSchemaOf(imageConfigurationShape, imageConfigurationFormat),
  });
}
