import { Command } from "commander";
import type { Shell } from "../terminal/shell.ts";
import { imageConfigurationSchema } from "./image-configuration-schema.ts";

/** `wolfi schema`: what editors complete and check image configurations by. */
export function schemaCommand({ stdout }: Shell): Command {
  return new Command("schema")
    .summary("print the JSON schema of image configurations")
    .description(
      "Prints the JSON schema of image configurations, by which editors complete and check them.\n" +
        "A configuration refers to it in its first line: # yaml-language-server: $schema=apko.schema.json",
    )
    .option("--json", "the same: a schema is JSON")
    .option("--quiet", "the same: there are no notes")
    .addHelpText("after", "\nExample:\n  wolfi schema >wolfi-images/apko.schema.json")
    .action(() => {
      stdout.write(imageConfigurationSchema());
    });
}
