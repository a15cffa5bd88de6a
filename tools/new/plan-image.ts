import { basename } from "node:path/posix";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { EditedFile } from "../edit/lock-edited.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { imageFilesOf, type ImageFiles } from "../workspace/find-images.ts";
import { addWolfiBase } from "./add-wolfi-base.ts";

export interface NewImage {
  readonly name: string;
  /** Of the image configurations, from the workspace root. */
  readonly folder: string;
  readonly configuration: Uint8Array;
  /** The Bazel package that gets its targets, from the workspace root; "" for the root's. */
  readonly package: string;
  /** Where `wolfi_base` is loaded from: `//wolfi:defs.bzl`. */
  readonly label: string;
}

/**
 * Decides which files a new image consists of, its lockfile apart.
 *
 * @throws WolfiError where one of them is there
 */
export async function planImage(image: NewImage, readFile: ReadFile): Promise<readonly EditedFile[]> {
  const { name, folder, label } = image;
  const files = imageFilesOf(folder, name);
  await refuseExisting(files, readFile);
  const build = await findBuildFile(image.package, readFile);
  const text = build.bytes === undefined ? undefined : Buffer.from(build.bytes).toString();
  const call = { file: build.path, label, image: basename(image.package) === name ? undefined : name };
  const edited: EditedFile[] = [
    { path: files.configuration, before: undefined, after: image.configuration },
    { path: build.path, before: build.bytes, after: Buffer.from(addWolfiBase(text, call)) },
  ];
  const exported = await findBuildFile(folder, readFile);
  if (exported.bytes !== undefined || exported.path === build.path) return edited;
  return [...edited, { path: exported.path, before: undefined, after: Buffer.from(exportsText) }];
}

/** Lets targets name the files of images; `settings.yml` is one. */
const exportsText = `exports_files(glob([
    "*.y*ml",
    "*.lock.json",
]))
`;

/**
 * @throws WolfiError for a name that a file, a target or the repository of a container image cannot have
 */
export function checkImageName(name: string): void {
  const pattern = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
  if (pattern.test(name)) return;
  const other = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const reason = "a name consists of lower-case letters and digits, with . _ or - between them";
  throw new WolfiError("BAD_NAME", `Cannot make image "${name}": ${reason}`, {
    kind: "input",
    cure: pattern.test(other) ? `Name it "${other}"` : undefined,
  });
}

async function refuseExisting({ name, configuration, lockfile }: ImageFiles, readFile: ReadFile): Promise<void> {
  for (const [file, cure] of [
    [configuration, `To change the image: wolfi add ${name} PACKAGE`],
    [lockfile, "Remove it, if it is left over from an image that is no more"],
  ] as const) {
    if ((await readFile(file)) === undefined) continue;
    const message = `Cannot make image "${name}": "${file}" exists`;
    throw new WolfiError("EXISTS", message, { kind: "input", position: { file }, cure });
  }
}

interface BuildFile {
  readonly path: string;
  /** Undefined where there is none. */
  readonly bytes: Uint8Array | undefined;
}

/** Bazel takes BUILD.bazel where there are both. */
async function findBuildFile(folder: string, readFile: ReadFile): Promise<BuildFile> {
  const at = folder === "" ? "" : `${folder}/`;
  const bytes = await readFile(`${at}BUILD.bazel`);
  const older = bytes === undefined ? await readFile(`${at}BUILD`).catch(() => undefined) : undefined;
  return older === undefined ? { path: `${at}BUILD.bazel`, bytes } : { path: `${at}BUILD`, bytes: older };
}
