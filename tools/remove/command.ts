import { Command } from "commander";
import { readLockfile } from "../apko/read-lockfile.ts";
import { addEditOptions, type EditedImage, editImage, type EditOptions } from "../edit/edit-image.ts";
import { entriesFor, type Wish } from "../edit/edit-plan.ts";
import type { Remark } from "../edit/print-edit.ts";
import { formatPosition } from "../error/wolfi-error.ts";
import type { LockedImage } from "../lock/lock-images.ts";
import { openLockedRecords } from "../locked/locked-records.ts";
import type { Shell } from "../terminal/shell.ts";
import { commentsLeft } from "./comments-left.ts";
import { planRemovals } from "./plan-removals.ts";
import { whoNeeds } from "./who-needs.ts";

/** `wolfi remove`: packages out of an image configuration and its lockfile. */
export function removeCommand(caller: Shell): Command {
  const command = new Command("remove")
    .summary("remove packages from an image, and lock it")
    .description(
      "Takes packages out of the image configuration, keeping its comments and layout, and locks the\n" +
        "image, and those that include it. All files are written, or none.\n" +
        "What others need stays in the image, which is said.",
    )
    .argument("[image]", "name of the image, e.g. gitserver; left out with --config")
    .argument("[package...]", "packages that the configuration asks for");
  return addEditOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi remove gitserver tree               one package, whatever its constraint\n" +
        "  wolfi remove gitserver tree --dry-run     what would change?\n" +
        "  wolfi remove --config my.yaml tree        an image anywhere",
    )
    .action((image: string | undefined, packages: readonly string[], options: EditOptions) =>
      editImage([...(image === undefined ? [] : [image]), ...packages], options, caller, {
        action: "remove packages",
        command: "wolfi remove",
        plan: (wishes, edited) =>
          planRemovals(wishes, edited.entries, {
            file: edited.request.configuration,
            lockCommand: edited.context.module.lockCommand,
            whyThere: (name) => whyThere(name, edited),
          }),
        remark: async (wishes, locked, edited) => [
          ...(await Promise.all(locked.map((each) => remarkStays(wishes, each, edited)))).flat(),
          ...remarkComments(wishes, edited),
        ],
      }),
    );
}

/** Of the image as it is locked. Where that cannot be told, there is no reason to name. */
async function whyThere(name: string, { request, access }: EditedImage): Promise<string | undefined> {
  const bytes = await access.readFile(request.lockfile).catch(() => undefined);
  const needing = bytes === undefined ? undefined : (await readNeeding([name], bytes, { request, access })).get(name);
  if (needing === undefined) return undefined;
  return needing.length > 0 ? `it is in the image because ${listed(needing)} it` : "but it is in the image";
}

/** Removed packages that are locked all the same. */
async function remarkStays(
  wishes: readonly Wish[],
  { request, text }: LockedImage,
  { access, entries }: EditedImage,
): Promise<readonly Remark[]> {
  const names = wishes.map(({ name }) => name);
  const needingOf = await readNeeding(names, Buffer.from(text), { request, access });
  return Array.from(needingOf, ([name, needing]) => {
    const [asked] = entriesFor(name, entries.included);
    const reasons = [
      ...(asked === undefined ? [] : [`${formatPosition(asked.position)} asks for it`]),
      ...(needing.length === 0 ? [] : [`${listed(needing)} it`]),
    ];
    const reason = reasons.length === 0 ? `see wolfi why ${request.name} ${name}` : reasons.join("; ");
    const data = { kind: "stays", image: request.name, package: name, neededBy: needing, askedFor: asked?.position };
    return { text: `${name} stays in ${request.name}: ${reason}`, data };
  });
}

/** Those of some packages that a lockfile has, each with the packages that need it. */
async function readNeeding(
  names: readonly string[],
  bytes: Uint8Array,
  { request, access }: Pick<EditedImage, "request" | "access">,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = readLockfile(bytes, request.lockfile);
  if (read.kind === "unreadable") return new Map();
  const locked = names.filter((name) => read.lockfile.contents.packages.some((each) => each.name === name));
  if (locked.length === 0) return new Map();
  using records = openLockedRecords(access);
  const found = await records.recordsOf(read.lockfile, request.lockfile);
  return new Map(locked.map((name) => [name, whoNeeds(name, found)]));
}

function listed(names: readonly string[]): string {
  const shown = names.length <= 4 ? names : [...names.slice(0, 3), `${names.length - 3} more`];
  if (shown.length === 1) return `${shown[0]} needs`;
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)} need`;
}

function remarkComments(wishes: readonly Wish[], { entries, loaded }: EditedImage): readonly Remark[] {
  const removed = wishes.flatMap(({ name }) => entriesFor(name, entries.own));
  return commentsLeft(removed, loaded.files[0]!.bytes).map(({ entry, comment }) => ({
    text: `the comment above ${entry} stays: ${comment}`,
    data: { kind: "comment", entry, comment },
  }));
}
