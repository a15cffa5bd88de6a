import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import * as v from "valibot";
import {
  type Descriptor,
  imageIndexSchema,
  type ImageIndex,
  imageManifestSchema,
  type ImageManifest,
  imageSettingsSchema,
  type ImageSettings,
  invalidImage,
  readImageDocument,
} from "./image-documents.ts";
import { mergeLayers, type ImageFiles } from "./merge-layers.ts";
import { type ExpectedLayer, type LayerFile, readLayer } from "./read-layer.ts";
import { verifiedChunks } from "./verified-chunks.ts";

/** One image, every byte of it verified. */
export interface OciImage {
  /** Of the manifest: what names the image. */
  readonly digest: string;
  readonly index: ImageIndex;
  readonly manifest: ImageManifest;
  readonly settings: ImageSettings;
  /** Lowest first. */
  readonly layers: readonly (readonly LayerFile[])[];
  /** What a container sees. */
  readonly files: ImageFiles;
}

/**
 * Reads a folder in OCI's layout that holds one image, and verifies it from `oci-layout` down to the unpacked layers.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md. Its files may be symbolic links.
 *
 * @param isKept tells of which files the contents are kept
 * @throws WolfiError `IMAGE_INVALID`
 */
export async function readImageLayout(
  folder: string,
  isKept: (path: string) => boolean = () => false,
): Promise<OciImage> {
  const documents = await readLayoutDocuments(folder);
  const layers: (readonly LayerFile[])[] = [];
  for (const { chunks, ...layer } of layersOf(folder, documents)) {
    layers.push(await readLayer(chunks, { ...layer, isKept }));
  }
  return { ...documents, layers, files: mergeLayers(layers) };
}

/** All of an image but its layers. */
export type LayoutDocuments = Pick<OciImage, "digest" | "index" | "manifest" | "settings">;

/** The same without its layers, which are not read. */
export async function readLayoutDocuments(folder: string): Promise<LayoutDocuments> {
  readImageDocument(layoutSchema, await readWhole(folder, "oci-layout"), "oci-layout");
  const index = readImageDocument(imageIndexSchema, await readWhole(folder, "index.json"), "index.json");
  const [descriptor, ...others] = index.manifests;
  if (descriptor === undefined || others.length > 0) {
    throw invalidImage("index.json", `it names ${index.manifests.length} images, and not one`);
  }
  const manifest = await readVerified(folder, descriptor, imageManifestSchema);
  const settings = await readVerified(folder, manifest.config, imageSettingsSchema);
  return { digest: descriptor.digest, index, manifest, settings };
}

const layoutSchema = v.object({ imageLayoutVersion: v.literal("1.0.0") });

async function readVerified<T>(
  folder: string,
  descriptor: Descriptor,
  schema: v.GenericSchema<unknown, T>,
): Promise<T> {
  const name = blobPath(descriptor);
  const bytes = await buffer(verifiedChunks(openFile(folder, name), { ...descriptor, name }));
  return readImageDocument(schema, bytes, name);
}

/**
 * The layers, lowest first, none of them read yet.
 *
 * @throws WolfiError `IMAGE_INVALID` where the image's documents do not fit together
 */
export function layersOf(
  folder: string,
  { manifest: { config, layers }, settings: { rootfs, history } }: LayoutDocuments,
): readonly (ExpectedLayer & { readonly chunks: AsyncIterable<Uint8Array> })[] {
  const name = blobPath(config);
  if (rootfs.diff_ids.length !== layers.length) {
    throw invalidImage(name, `it has ${rootfs.diff_ids.length} diff_ids for ${layers.length} layers`);
  }
  const steps = history?.filter((step) => !step.empty_layer).length ?? layers.length;
  if (steps !== layers.length) throw invalidImage(name, `its history has ${steps} steps for ${layers.length} layers`);
  return layers.map((descriptor, position) => {
    const path = blobPath(descriptor);
    return { descriptor, diffId: rootfs.diff_ids[position] ?? "", name: path, chunks: openFile(folder, path) };
  });
}

function blobPath({ digest }: Descriptor): string {
  return `blobs/${digest.replace(":", "/")}`;
}

async function* openFile(folder: string, name: string): AsyncGenerator<Uint8Array, void> {
  try {
    yield* createReadStream(join(folder, name), { highWaterMark: 256 * 1024 });
  } catch (error) {
    throw unreadable(name, error);
  }
}

async function readWhole(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? invalidImage(name, "it is not there", error) : error;
}
