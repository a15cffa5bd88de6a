import { createHash, type Hash } from "node:crypto";
import { pipeline, Readable, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { type Descriptor, invalidImage } from "./image-documents.ts";
import { verifiedChunks } from "./verified-chunks.ts";

/** One entry of a layer. */
export interface LayerFile {
  /** From the root, without slashes at its ends; "" is the root itself. */
  readonly path: string;
  readonly type: LayerFileType;
  /** Permission bits, e.g. `0o1777`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** What a link points to, as written; "" for all else. */
  readonly target: string;
  /** `Q1` + base64 of the SHA-1 of a file's contents or of a symbolic link's target, as apk writes it; "" for all else. */
  readonly checksum: string;
  /** Of files that the reader was asked for. */
  readonly content: Uint8Array | undefined;
  /** The file that a hard link is another name of; set where layers are merged. */
  readonly linked?: LayerFile;
}

export type LayerFileType =
  "file" | "link" | "symlink" | "character-device" | "block-device" | "directory" | "fifo" | "other";

/** What is known of a layer before it is read. */
export interface ExpectedLayer {
  /** As the manifest has it. */
  readonly descriptor: Descriptor;
  /** Digest of the unpacked layer, as the configuration has it. */
  readonly diffId: string;
  /** Path of the layer's file, for messages. */
  readonly name: string;
}

export interface ReadLayerOptions extends ExpectedLayer {
  /** Whether the contents of a file are kept. */
  readonly isKept: (path: string) => boolean;
}

/**
 * Reads a layer once, from its compressed bytes, and verifies size, digest and the digest of what was unpacked.
 *
 * @throws WolfiError `IMAGE_INVALID`
 */
export async function readLayer(
  chunks: AsyncIterable<Uint8Array>,
  { isKept, ...layer }: ReadLayerOptions,
): Promise<readonly LayerFile[]> {
  const files: LayerFile[] = [];
  await eachEntry(chunks, layer, async (entry) => void files.push(await readEntry(entry, layer.name, isKept)));
  return files;
}

/**
 * Hands out a layer's entries one after the other, and verifies it as {@link readLayer} does: at its end.
 *
 * @param take reads the entry's body to its end
 * @throws WolfiError `IMAGE_INVALID`, also for what `take` throws and is no system's error
 */
export async function eachEntry(
  chunks: AsyncIterable<Uint8Array>,
  { descriptor, diffId, name }: ExpectedLayer,
  take: (entry: ParsedTarEntry) => Promise<void>,
): Promise<void> {
  const packed = verifiedChunks(chunks, { ...descriptor, name });
  const unpacked = verifiedChunks(decompress(packed, descriptor.mediaType, name), {
    name: `${name}, unpacked`,
    digest: diffId,
  });
  try {
    const entries = ReadableStream.from(unpacked).pipeThrough(createTarDecoder({ strict: true }));
    for await (const entry of entries) await take(entry);
  } catch (error) {
    if (error instanceof Error && (error.name === "WolfiError" || "syscall" in error || error.name === "AbortError")) {
      throw error;
    }
    throw invalidImage(name, error instanceof Error ? error.message : String(error), error);
  }
}

const LAYER = "application/vnd.oci.image.layer.v1.tar";
/** What an image on a base of Docker's format has, all of its layers. */
const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

function decompress(
  packed: AsyncGenerator<Uint8Array, void>,
  mediaType: string,
  name: string,
): AsyncIterable<Uint8Array> {
  switch (mediaType) {
    case LAYER:
    case DOCKER_LAYER:
      return packed;
    case `${LAYER}+gzip`:
    case `${DOCKER_LAYER}.gzip`:
      return through(packed, createGunzip());
    case `${LAYER}+zstd`:
    case `${DOCKER_LAYER}.zstd`:
      return through(packed, createZstdDecompress());
    default:
      throw invalidImage(name, `its media type is "${mediaType}", and not that of a layer`);
  }
}

/** An error on either side comes out of the transform, which is the only one that is read. */
function through(chunks: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Uint8Array> {
  pipeline(Readable.from(chunks), transform, () => undefined);
  return transform as AsyncIterable<Uint8Array>;
}

async function readEntry(
  { header, body }: ParsedTarEntry,
  layer: string,
  isKept: (path: string) => boolean,
): Promise<LayerFile> {
  const described = describeEntry(header, layer);
  const { path, type, target } = described;
  const hash = createHash("sha1");
  const kept: Uint8Array[] = [];
  for await (const chunk of body) {
    hash.update(chunk);
    if (isKept(path)) kept.push(chunk);
  }
  return {
    ...described,
    checksum: checksum(type, hash, target),
    content: type === "file" && isKept(path) ? Buffer.concat(kept) : undefined,
  };
}

/**
 * What the header of an entry says; nothing is known of its contents.
 *
 * @param layer path of the layer's file, for the message
 * @throws WolfiError `IMAGE_INVALID` for one that lies outside of the image
 */
export function describeEntry(header: ParsedTarEntry["header"], layer: string): LayerFile {
  const type = header.type === undefined ? "file" : (FILE_TYPES.find((known) => known === header.type) ?? "other");
  return {
    path: cleanPath(header.name, layer),
    type,
    mode: header.mode ?? 0,
    uid: header.uid ?? 0,
    gid: header.gid ?? 0,
    sizeBytes: header.size,
    target: type === "link" || type === "symlink" ? (header.linkname ?? "") : "",
    checksum: "",
    content: undefined,
  };
}

const FILE_TYPES = [
  "file",
  "link",
  "symlink",
  "character-device",
  "block-device",
  "directory",
  "fifo",
] as const satisfies LayerFileType[];

function cleanPath(name: string, layer: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw invalidImage(layer, `its entry "${name}" lies outside of the image`);
  return parts.join("/");
}

function checksum(type: LayerFileType, contents: Hash, target: string): string {
  if (type !== "file" && type !== "symlink") return "";
  const hash = type === "symlink" ? createHash("sha1").update(target) : contents;
  return `Q1${hash.digest("base64")}`;
}
