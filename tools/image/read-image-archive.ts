import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createTarDecoder } from "modern-tar";
import { archiveManifestSchema, invalidImage, readImageDocument } from "./image-documents.ts";

/** An image in `docker save`'s format: what its `manifest.json` names, by the digests of what lies there. */
export interface ImageArchive {
  /** Such as `gitserver:candidate`. */
  readonly tags: readonly string[];
  /** Digest of the configuration: the image's name in a container engine. */
  readonly settings: string;
  /** Digests of the layers as they lie in the archive, lowest first. */
  readonly layers: readonly string[];
  /** All files, in the archive's order. */
  readonly paths: readonly string[];
}

/**
 * Reads the file that a container engine is given.
 *
 * @throws WolfiError `IMAGE_INVALID` when it is damaged, names more than one image, or lacks a file that it names
 */
export async function readImageArchive(path: string): Promise<ImageArchive> {
  const { digests, manifest } = await readFiles(path);
  if (manifest === undefined) throw invalidImage(MANIFEST, "it is not there");
  const images = readImageDocument(archiveManifestSchema, manifest, MANIFEST);
  const [image, ...others] = images;
  if (image === undefined || others.length > 0) {
    throw invalidImage(MANIFEST, `it names ${images.length} images, and not one`);
  }
  const digestOf = (name: string): string => {
    const digest = digests.get(name);
    if (digest === undefined) throw invalidImage(name, `it is not there, and ${MANIFEST} names it`);
    return digest;
  };
  return {
    tags: image.RepoTags,
    settings: digestOf(image.Config),
    layers: image.Layers.map(digestOf),
    paths: [...digests.keys()],
  };
}

const MANIFEST = "manifest.json";

async function readFiles(
  path: string,
): Promise<{ readonly digests: ReadonlyMap<string, string>; readonly manifest: Uint8Array | undefined }> {
  const digests = new Map<string, string>();
  let manifest: Uint8Array | undefined;
  const chunks = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  try {
    for await (const { header, body } of chunks.pipeThrough(createTarDecoder({ strict: true }))) {
      const hash = createHash("sha256");
      const kept: Uint8Array[] = [];
      for await (const chunk of body) {
        hash.update(chunk);
        if (header.name === MANIFEST) kept.push(chunk);
      }
      digests.set(header.name, `sha256:${hash.digest("hex")}`);
      if (header.name === MANIFEST) manifest = Buffer.concat(kept);
    }
  } catch (error) {
    throw invalidImage(path, error instanceof Error ? error.message : String(error), error);
  }
  return { digests, manifest };
}
