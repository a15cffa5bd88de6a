import { createHash } from "node:crypto";
import { join } from "node:path/posix";
import * as v from "valibot";
import { type IndexPackages, parseIndexText } from "../apk/apk-index.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import { apkArchitecture, normalizeArchitecture } from "./architecture.ts";
import { findDatabaseProblem } from "./database-problem.ts";
import type { BaseImageReference } from "./image-configuration.ts";
import type { ReadFile } from "./load-image-configuration.ts";

/**
 * Reads which packages a base image holds for one architecture, as apko 1.2.30 does (pkg/baseimg/base_image.go): its
 * database is believed, since nothing signs it, and of the image itself only manifests and configurations are read, to
 * find that there is one for the architecture. Unlike apko, these have to have the digests that name them.
 *
 * @param architecture written either way
 * @returns the packages as an index would list them: with them the solver finds that they are installed
 * @throws WolfiError `BASE_IMAGE`
 */
export async function readBaseImage(
  { image, apkindex }: BaseImageReference,
  architecture: string,
  readFile: ReadFile,
): Promise<IndexPackages> {
  await findImage(image, architecture, readFile);
  const path = join(apkindex.text, apkArchitecture(architecture), "APKINDEX");
  const bytes = await readFile(path);
  if (bytes === undefined) throw problem(apkindex, `"${path}" does not exist`, DATABASE_CURE);
  const text = Buffer.from(bytes).toString();
  const reason = findDatabaseProblem(text);
  if (reason !== undefined) throw problem(apkindex, `"${path}": ${reason}`);
  try {
    return parseIndexText(text);
  } catch (error) {
    if (error instanceof WolfiError) throw problem(apkindex, `"${path}": ${error.message}`);
    throw error;
  }
}

const DATABASE_CURE = "Copy the image's /lib/apk/db/installed (or /usr/lib/apk/db/installed) to it";

async function findImage(image: Located, architecture: string, readFile: ReadFile): Promise<void> {
  const wanted = ociArchitecture(architecture);
  const index = await readDocument(INDEX, "index.json", { image, readFile });
  const nested = index.manifests.find(({ mediaType }) => mediaType === NESTED);
  const { manifests } = nested === undefined ? index : await readBlob(INDEX, nested, { image, readFile });
  const found = new Set<string>();
  for (const descriptor of manifests) {
    if (!MANIFESTS.has(descriptor.mediaType)) {
      throw problem(image, `"${descriptor.digest}" is no image, its media type is "${descriptor.mediaType}"`);
    }
    const manifest = await readBlob(MANIFEST, descriptor, { image, readFile });
    const settings = await readBlob(SETTINGS, manifest.config, { image, readFile });
    if (settings.architecture === wanted) return;
    found.add(settings.architecture);
  }
  const others = found.size === 0 ? "it holds no image" : `it is for ${[...found].join(", ")}`;
  throw problem(image, `"${image.text}" holds no image for ${wanted}: ${others}`);
}

/** Images name both kinds of 32-bit ARM alike, and tell them apart by a variant, which apko does not look at. */
function ociArchitecture(architecture: string): string {
  return normalizeArchitecture(architecture).replace(/^arm\/.*/, "arm");
}

interface Layout {
  readonly image: Located;
  readonly readFile: ReadFile;
}

const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, "it is not a SHA-256 digest"));
const descriptor = v.object({ mediaType: v.optional(v.string(), ""), digest });

type Descriptor = v.InferOutput<typeof descriptor>;

const INDEX = v.object({ manifests: v.nullish(v.array(descriptor), []) });
const MANIFEST = v.object({ config: descriptor });
const SETTINGS = v.object({ architecture: v.optional(v.string(), "") });

const NESTED = "application/vnd.oci.image.index.v1+json";
const MANIFESTS: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
]);

async function readBlob<T>(
  schema: v.GenericSchema<unknown, T>,
  { digest: expected }: Descriptor,
  layout: Layout,
): Promise<T> {
  return readDocument(schema, `blobs/${expected.replace(":", "/")}`, layout, expected);
}

async function readDocument<T>(
  schema: v.GenericSchema<unknown, T>,
  name: string,
  { image, readFile }: Layout,
  expected?: string,
): Promise<T> {
  const path = join(image.text, name);
  const bytes = await readFile(path);
  if (bytes === undefined) {
    throw problem(
      image,
      `"${path}" does not exist`,
      "It has to be a folder in OCI's layout, as crane pull --format=oci",
    );
  }
  const actual = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (expected !== undefined && actual !== expected) throw problem(image, `"${path}" is damaged: it has ${actual}`);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    throw problem(image, `"${path}" is not JSON`);
  }
  const parsed = v.safeParse(schema, json, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw problem(image, `"${path}": ${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}

function problem({ position }: Located, reason: string, cure?: string): WolfiError {
  return new WolfiError("BASE_IMAGE", `Cannot read base image: ${reason}`, {
    kind: "input",
    position,
    cure,
  });
}
