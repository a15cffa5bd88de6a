import { mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { passImageArchive, type ImageSummary } from "./image-archive.ts";

export interface KeptImage {
  readonly path: string;
  readonly summary: ImageSummary;
}

/**
 * Writes an image's archive to `FOLDER/NAME.tar`, whole or not at all. NAME is the last part of the image's first
 * tag, without version; an image without a tag is named after its configuration.
 *
 * @throws WolfiError `IMAGE_INCOMPLETE`, `KEEP_FAILED`; the signal's reason
 */
export async function keepImage(
  input: AsyncIterable<Uint8Array>,
  folder: string,
  signal: AbortSignal,
): Promise<KeptImage> {
  const { chunks, summary } = passImageArchive(input);
  try {
    await mkdir(folder, { recursive: true });
    // Beside the place where it will be, since a rename cannot cross file systems.
    const incoming = await mkdtemp(join(folder, ".incoming-"));
    try {
      const partial = join(incoming, "image.tar");
      await writeSynced(partial, chunks, signal);
      const image = await summary();
      const path = join(folder, `${nameOf(image)}.tar`);
      await rename(partial, path);
      return { path, summary: image };
    } finally {
      await rm(incoming, { recursive: true, force: true });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof WolfiError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new WolfiError("KEEP_FAILED", `Cannot keep image in "${folder}": ${reason}`, { cause: error });
  }
}

async function writeSynced(path: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  await using file = await open(path, "wx");
  await file.writeFile(chunks, { signal });
  await file.sync();
}

function nameOf({ tags, configPath }: ImageSummary): string {
  const [tag] = tags;
  const name = lastPart(tag ?? configPath).replace(/[:@.].*$/, "");
  return tag === undefined ? `image-${name.slice(0, 12)}` : name;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
