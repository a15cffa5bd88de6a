import { Command } from "commander";
import { addEditOptions, editImage, type EditOptions } from "../edit/edit-image.ts";
import type { Shell } from "../terminal/shell.ts";
import { planAdditions } from "./plan-additions.ts";

/** `wolfi add`: packages → an image configuration and its lockfile. */
export function addCommand(caller: Shell): Command {
  const command = new Command("add")
    .summary("add packages to an image, and lock it")
    .description(
      "Writes packages into the image configuration, keeping its comments and layout, and locks the\n" +
        "image, and those that include it. All files are written, or none.\n" +
        "A package that is there already gets the constraint that is given.",
    )
    .argument("[image]", "name of the image, e.g. gitserver; left out with --config")
    .argument("[package...]", "packages, with a constraint or a label where they need one");
  return addEditOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi add gitserver tree                  one package\n" +
        "  wolfi add gitserver tree 'git>=2.40'      with a constraint: =1.2.3-r4, =~1.2, >=1.2, <2\n" +
        "  wolfi add gitserver foo@edge              from the repository with this label\n" +
        "  wolfi add gitserver tree --dry-run        what would change?\n" +
        "  wolfi add --config my.yaml tree           an image anywhere",
    )
    .action((image: string | undefined, packages: readonly string[], options: EditOptions) =>
      editImage([...(image === undefined ? [] : [image]), ...packages], options, caller, {
        action: "add packages",
        command: "wolfi add",
        plan: (wishes, { entries }) => planAdditions(wishes, entries),
      }),
    );
}
