import { text } from "node:stream/consumers";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import * as v from "valibot";
import { WolfiError } from "../error/wolfi-error.ts";
import { PLACEHOLDERS_LABEL } from "../package/placeholder.ts";

/** What an archive of `docker save`'s format says about its image. */
export interface ImageSummary {
  /** Such as `gitserver:candidate`; often none. */
  readonly tags: readonly string[];
  /** Path of the image's configuration in the archive: its last part tells one image from another. */
  readonly configPath: string;
  /** Names of the packages whose contents are placeholders. */
  readonly placeholders: readonly string[];
}

export interface ArchiveReader {
  /** The archive's own bytes, to be read once and to the end. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /**
   * Available once all chunks were read.
   *
   * @throws WolfiError `IMAGE_INCOMPLETE` when the archive is damaged, or lacks a file that its manifest names
   */
  readonly summary: () => Promise<ImageSummary>;
}

/**
 * Reads an image's archive while its bytes pass through, so that a large image is read once and never held.
 *
 * Format: `manifest.json` names configuration and layers, Docker Image Specification v1.2, "Combined Image JSON".
 */
export function passImageArchive(input: AsyncIterable<Uint8Array>): ArchiveReader {
  const decoder = createTarDecoder();
  const files = collectFiles(decoder.readable);
  // Awaited in summary(); until then its failure is not lost, only not yet heard.
  files.catch(() => undefined);
  return { chunks: copyTo(decoder.writable, input), summary: async () => summarize(await files) };
}

const MANIFEST = "manifest.json";
/** Longer files are layers: a configuration has about 200 bytes for each layer. */
const MOST_JSON_BYTES = 4 * 1024 * 1024;

interface ArchiveFiles {
  readonly names: ReadonlySet<string>;
  readonly documents: ReadonlyMap<string, string>;
}

async function* copyTo(
  writable: WritableStream<Uint8Array>,
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const writer = writable.getWriter();
  let isReadable = true;
  const unlessBroken = async (step: Promise<void>): Promise<void> => {
    // A damaged archive still passes through: the engine has its own opinion of it.
    await step.catch(() => {
      isReadable = false;
    });
  };
  writer.closed.catch(() => undefined);
  try {
    for await (const chunk of input) {
      if (isReadable) await unlessBroken(writer.write(chunk));
      yield chunk;
    }
    await unlessBroken(writer.close());
  } finally {
    await unlessBroken(writer.abort(new Error("the archive was not read to its end")));
  }
}

async function collectFiles(entries: ReadableStream<ParsedTarEntry>): Promise<ArchiveFiles> {
  const names = new Set<string>();
  const documents = new Map<string, string>();
  try {
    for await (const { header, body } of entries) {
      names.add(header.name);
      const content = header.size <= MOST_JSON_BYTES ? await text(body) : await body.cancel();
      if (content !== undefined && /^\s*[[{]/.test(content)) documents.set(header.name, content);
    }
  } catch (error) {
    throw incomplete(error instanceof Error ? error.message : String(error), error);
  }
  return { names, documents };
}

const Manifest = v.pipe(
  v.array(v.object({ Config: v.string(), RepoTags: v.nullish(v.array(v.string()), []), Layers: v.array(v.string()) })),
  v.minLength(1),
);
const Configuration = v.object({
  config: v.optional(v.object({ Labels: v.nullish(v.record(v.string(), v.string()), {}) }), {}),
});

function summarize({ names, documents }: ArchiveFiles): ImageSummary {
  const manifests = parse(Manifest, documents, MANIFEST);
  for (const name of manifests.flatMap(({ Config, Layers }) => [Config, ...Layers])) {
    if (!names.has(name)) throw incomplete(`"${name}", which ${MANIFEST} names, is not in it`);
  }
  const labels = manifests.map(({ Config }) => parse(Configuration, documents, Config).config.Labels);
  const placeholders = labels.flatMap((label) => (label[PLACEHOLDERS_LABEL] ?? "").split(","));
  return {
    tags: manifests.flatMap(({ RepoTags }) => RepoTags),
    configPath: manifests[0]?.Config ?? "",
    placeholders: [...new Set(placeholders.map((name) => name.trim()).filter((name) => name !== ""))],
  };
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  documents: ReadonlyMap<string, string>,
  name: string,
): v.InferOutput<Schema> {
  const document = documents.get(name);
  if (document === undefined) throw incomplete(`there is no JSON file "${name}" in it`);
  try {
    return v.parse(schema, JSON.parse(document));
  } catch (error) {
    throw incomplete(`"${name}": ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function incomplete(reason: string, cause?: unknown): WolfiError {
  return new WolfiError("IMAGE_INCOMPLETE", `Cannot read image archive: ${reason}`, { cause });
}
