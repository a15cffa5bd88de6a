import * as v from "valibot";
import { WolfiError } from "../error/wolfi-error.ts";

/**
 * What points to a file of the image: manifest, configuration or layer. This and the other JSON documents:
 * https://github.com/opencontainers/image-spec/tree/v1.1.1. Fields that are not known are dropped.
 */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and hex digits. */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

type TextMap = Readonly<Record<string, string>>;

/** `index.json`. */
export interface ImageIndex {
  readonly manifests: readonly Descriptor[];
  readonly annotations: TextMap;
}

export interface ImageManifest {
  readonly config: Descriptor;
  /** Lowest first. */
  readonly layers: readonly Descriptor[];
  readonly annotations: TextMap;
}

/** What a container starts with, and what its layers are. The specification's word is "configuration". */
export interface ImageSettings {
  readonly architecture: string;
  readonly os: string;
  /** Undefined where the image does not say how it was made. */
  readonly history: readonly { readonly empty_layer: boolean }[] | undefined;
  readonly rootfs: { readonly diff_ids: readonly string[] };
  readonly config: {
    readonly User: string;
    readonly ExposedPorts: Readonly<Record<string, unknown>>;
    readonly Env: readonly string[];
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly Volumes: Readonly<Record<string, unknown>>;
    readonly WorkingDir: string;
    readonly Labels: TextMap;
    readonly StopSignal: string;
  };
}

const text = v.optional(v.string(), "");
const textList = v.optional(v.nullable(v.array(v.string())));
const textMap = v.optional(v.nullable(v.record(v.string(), v.string())));
const anyMap = v.optional(v.nullable(v.record(v.string(), v.unknown())));
const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, "it is not a SHA-256 digest"));
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const descriptor = v.object({ mediaType: v.string(), digest, size });
// rules_oci leaves a base in Docker's format as it is: https://distribution.github.io/distribution/spec/manifest-v2-2/
const MANIFEST = v.picklist([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
]);
const SETTINGS = v.picklist([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);

export const imageIndexSchema: v.GenericSchema<unknown, ImageIndex> = v.pipe(
  v.object({
    schemaVersion: v.literal(2),
    mediaType: v.literal("application/vnd.oci.image.index.v1+json"),
    manifests: v.array(v.object({ mediaType: MANIFEST, digest, size })),
    annotations: textMap,
  }),
  v.transform(({ manifests, annotations }) => ({ manifests, annotations: annotations ?? {} })),
);

export const imageManifestSchema: v.GenericSchema<unknown, ImageManifest> = v.pipe(
  v.object({
    schemaVersion: v.literal(2),
    mediaType: MANIFEST,
    config: v.object({ mediaType: SETTINGS, digest, size }),
    layers: v.array(descriptor),
    annotations: textMap,
  }),
  v.transform(({ config, layers, annotations }) => ({ config, layers, annotations: annotations ?? {} })),
);

export const imageSettingsSchema: v.GenericSchema<unknown, ImageSettings> = v.pipe(
  v.object({
    architecture: v.string(),
    os: v.string(),
    history: v.optional(v.array(v.object({ empty_layer: v.optional(v.boolean(), false) }))),
    rootfs: v.object({ type: v.literal("layers"), diff_ids: v.array(digest) }),
    config: v.optional(
      v.object({
        User: text,
        ExposedPorts: anyMap,
        Env: textList,
        Entrypoint: textList,
        Cmd: textList,
        Volumes: anyMap,
        WorkingDir: text,
        Labels: textMap,
        StopSignal: text,
      }),
      {},
    ),
  }),
  v.transform(({ config, history, ...rest }): ImageSettings => {
    return {
      ...rest,
      history,
      config: {
        ...config,
        ExposedPorts: config.ExposedPorts ?? {},
        Env: config.Env ?? [],
        Entrypoint: config.Entrypoint ?? [],
        Cmd: config.Cmd ?? [],
        Volumes: config.Volumes ?? {},
        Labels: config.Labels ?? {},
      },
    };
  }),
);

/** One image of what `docker save` writes as `manifest.json`: Docker Image Specification v1.2, "Combined Image JSON". */
export interface ArchivedImage {
  /** Path of the configuration in the archive. */
  readonly Config: string;
  readonly RepoTags: readonly string[];
  /** Paths of the layers, lowest first. */
  readonly Layers: readonly string[];
}

export const archiveManifestSchema: v.GenericSchema<unknown, readonly ArchivedImage[]> = v.array(
  v.object({ Config: v.string(), RepoTags: v.nullish(v.array(v.string()), []), Layers: v.array(v.string()) }),
);

/**
 * Reads one JSON document.
 *
 * @param name its path, for the message
 * @throws WolfiError `IMAGE_INVALID` when it is not JSON or not such a document
 */
export function readImageDocument<T>(schema: v.GenericSchema<unknown, T>, bytes: Uint8Array, name: string): T {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    throw invalidImage(name, "it is not JSON", error);
  }
  const parsed = v.safeParse(schema, json, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw invalidImage(name, `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}

/** An error about one file of an image. */
export function invalidImage(name: string, reason: string, cause?: unknown): WolfiError {
  return new WolfiError("IMAGE_INVALID", `Cannot read image file "${name}": ${reason}`, { cause });
}
