import { packTar } from "modern-tar";

export interface SampleOptions {
  readonly tags?: readonly string[] | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly layerBytes?: number;
  /** Names of entries that are left out. */
  readonly without?: readonly string[];
  /** Instead of the entry's own content. */
  readonly contents?: Readonly<Record<string, string>>;
  /** @default "last", as rules_oci writes it */
  readonly manifest?: "first" | "last";
}

export const CONFIG_PATH: string = `blobs/sha256/${"c0ffee".repeat(10)}abcd`;
export const LAYER_PATH: string = `blobs/sha256/${"1a7e".repeat(16)}.tar.gz`;

/** For tests: an archive as rules_oci's oci_load writes it in `docker` format. */
export async function sampleArchive(options: SampleOptions = {}): Promise<Uint8Array> {
  const { tags = ["gitserver:candidate"], labels = {}, layerBytes = 10, without = [], contents = {} } = options;
  const config = { architecture: "amd64", os: "linux", config: { Env: ["A=b"], Labels: labels } };
  const entries: readonly (readonly [string, Uint8Array | string])[] = [
    [CONFIG_PATH, JSON.stringify(config)],
    [LAYER_PATH, new Uint8Array(layerBytes).fill(0x1f)],
    ["manifest.json", JSON.stringify([{ Config: CONFIG_PATH, RepoTags: tags, Layers: [LAYER_PATH] }])],
  ];
  const ordered = options.manifest === "first" ? entries.toReversed() : entries;
  return await packTar(
    ordered
      .filter(([name]) => !without.includes(name))
      .map(([name, content]) => {
        const body = Buffer.from(contents[name] ?? content);
        return { header: { name, size: body.length, mode: 0o755 }, body: new Uint8Array(body) };
      }),
  );
}

/** Bytes as a stream hands them out: in pieces that end anywhere. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 700): AsyncGenerator<Uint8Array, void> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}
