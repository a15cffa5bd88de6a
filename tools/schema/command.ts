import { Argument, Command } from "commander";
import type { Shell } from "../terminal/shell.ts";
import { imageConfigurationSchema } from "./image-configuration-schema.ts";
import { settingsSchema } from "./settings-schema.ts";

/** `wolfi schema`: what editors complete and check image configurations and settings by. */
export function schemaCommand({ stdout }: Shell): Command {
  return new Command("schema")
    .summary("print the JSON schema of configurations or settings")
    .description(
      "Prints the JSON schema of image configurations, by which editors complete and check them, or that of\n" +
        "settings.yml, which lies beside them.\n" +
        "A file refers to its schema in its first line: # yaml-language-server: $schema=apko.schema.json",
    )
    .addArgument(new Argument("[files]", "what it is of").choices(["images", "settings"]).default("images"))
    .option("--json", "the same: a schema is JSON")
    .option("--quiet", "the same: there are no notes")
    .addHelpText(
      "after",
      "\nExamples:\n  wolfi schema >wolfi-images/apko.schema.json\n  wolfi schema settings >wolfi-images/settings.schema.json",
    )
    .action((files: "images" | "settings") => {
      stdout.write(files === "settings" ? settingsSchema() : imageConfigurationSchema());
    });
}
