import {
  type LoadedConfiguration,
  loadImageConfiguration,
  type ReadFile,
  type ValidConfiguration,
} from "../apko/load-image-configuration.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { basicConfiguration, copyConfiguration } from "./write-configuration.ts";

export interface ModelContext {
  /** Of the image configurations, from the workspace root. */
  readonly folder: string;
  /** The names of the configurations in it, without their endings, in order. */
  readonly names: readonly string[];
  readonly readFile: ReadFile;
}

export type NewConfiguration =
  | {
      readonly kind: "written";
      readonly bytes: Uint8Array;
      /** The configuration that it is a copy of. */ readonly model: string | undefined;
    }
  | { readonly kind: "failed"; /** At least one. */ readonly problems: readonly WolfiError[] };

/** Where `wolfi schema` is written to, in the folder of the images. */
const SCHEMA = "apko.schema.json";

/** The image that is every program's base which names no other: see wolfi_base(). */
const defaultImage = "sourcegraph";

/**
 * Writes the configuration of a new image: a copy of another one's; without it, the basic one, which takes from the
 * images of the workspace where their packages come from.
 *
 * @param from the image to copy. @default `sourcegraph`, where there is one
 */
export async function newConfiguration(
  name: string,
  from: string | undefined,
  { folder, names, readFile }: ModelContext,
): Promise<NewConfiguration> {
  const model = from ?? (names.includes(defaultImage) ? defaultImage : undefined);
  if (model !== undefined) {
    const loaded = await loadImageConfiguration(`${folder}/${model}.yaml`, readFile);
    if (loaded.kind === "invalid") return { kind: "failed", problems: loaded.problems };
    const { path, bytes } = loaded.files[0]!;
    return { kind: "written", bytes: copyConfiguration(bytes, name), model: path };
  }
  const all = await Promise.all(names.map((each) => loadImageConfiguration(`${folder}/${each}.yaml`, readFile)));
  const included = findShared(all);
  const schema = (await readFile(`${folder}/${SCHEMA}`)) === undefined ? undefined : SCHEMA;
  return { kind: "written", bytes: basicConfiguration(name, { included, schema }), model: undefined };
}

/** The file with the repositories that most images include; failing that, one that is for being included. */
function findShared(
  all: readonly LoadedConfiguration[],
): { readonly path: string; readonly configuration: ValidConfiguration["configuration"] } | undefined {
  const valid = all.filter((loaded) => loaded.kind === "valid");
  const candidates = valid.flatMap(({ configuration, files }) => {
    const { path } = files[0]!;
    const includers = valid.filter((other) => other.files.slice(1).some((file) => file.path === path)).length;
    const { repositories, packages } = configuration.contents;
    const isShared = repositories.length > 0 && (includers > 0 || packages.length === 0);
    return isShared ? [{ path, configuration, includers }] : [];
  });
  return candidates.toSorted((a, b) => b.includers - a.includers)[0];
}
