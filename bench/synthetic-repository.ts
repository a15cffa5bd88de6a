import { createCipheriv, createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { IndexPackage } from "../tools/apk/apk-index.ts";
import { indexPackageOf, writeIndex } from "../tools/apk/write-index.ts";
import { writePackage } from "../tools/apk/write-package.ts";
import { type Random, seededRandom } from "../tools/testing/seeded-random.ts";
import type { TestKey } from "../tools/testing/test-key.ts";

export interface SyntheticOptions {
  /** Other seeds give other packages. */
  readonly seed: number;
  /** How many packages there are, each in several versions. */
  readonly packageCount: number;
  /** How many records an index has. */
  readonly recordCount: number;
  readonly architectures: readonly string[];
  readonly imageCount: number;
  /** How many packages each image has, dependencies included. Images are spread evenly over a range. */
  readonly packagesPerImage: number | { readonly least: number; readonly most: number };
  /** At least so many of them are the same in all images: their base layer. @default 0 */
  readonly basePackageCount?: number;
  /** Mean size of those packages. */
  readonly meanSizeBytes: number;
  readonly key: TestKey;
}

/**
 * Writes a signed repository like Wolfi's: names in byte order, some versions of each, two to three dependencies a
 * package, mostly on few common ones, half of them on shared libraries (`so:`), commands (`cmd:`) provided by name.
 * Only the packages that the images need exist as files; their contents are noise, which is quick to unpack.
 *
 * A folder that holds these already is left as it is.
 *
 * @returns the world of each image
 */
export async function writeSyntheticRepository(
  folder: string,
  options: SyntheticOptions,
): Promise<readonly (readonly string[])[]> {
  const random = seededRandom(options.seed);
  const packages = Array.from({ length: options.packageCount }, (_, at) => inventPackage(at, random));
  const images = chooseImages(packages, options, random);
  const worlds = images.map((world) => world.map((at) => packages[at]!.name));
  const complete = join(folder, "complete.json");
  if (!existsSync(complete) || (await readFile(complete, "utf8")) !== JSON.stringify(worlds)) {
    await rm(folder, { recursive: true, force: true });
    const needed = new Set(images.flatMap((world) => [...closureOf(world, packages)]));
    for (const architecture of options.architectures) {
      await writeArchitecture(folder, architecture, { packages, needed, options });
    }
    await writeFile(join(folder, options.key.name), options.key.pem);
    await writeFile(complete, JSON.stringify(worlds));
  }
  return worlds;
}

/** A package without its versions. */
interface Invented {
  readonly name: string;
  /** Places of packages with smaller numbers: there are no cycles. */
  readonly needs: readonly number[];
  /** From 0, small, up to 1. */
  readonly size: number;
}

const SYLLABLES = ["ba", "co", "da", "fi", "go", "ka", "li", "mo", "ne", "po", "ra", "si", "tu", "ve", "xo", "zy"];

function inventPackage(at: number, random: Random): Invented {
  const name = `${random.picks(SYLLABLES, 3, 3).join("")}-${at}`;
  const needs = Array.from({ length: at === 0 ? 0 : random.below(5) }, () => Math.floor(at * random.fraction() ** 6));
  return { name, needs: [...new Set(needs)], size: random.fraction() };
}

function chooseImages(
  packages: readonly Invented[],
  { imageCount, packagesPerImage, basePackageCount = 0 }: SyntheticOptions,
  random: Random,
): readonly (readonly number[])[] {
  // What a team's images have in common.
  const everywhere = packages.map((_, at) => at);
  const common = random.picks(everywhere, 30, 30);
  const base = new Set<number>();
  while (closureOf([...base], packages).size < basePackageCount) base.add(random.below(4 * basePackageCount));
  return Array.from({ length: imageCount }, (_, image) => {
    const packageCount = packageCountOf(image, packagesPerImage);
    const world = new Set(base);
    while (closureOf([...world], packages).size < packageCount) {
      const at = random.pick(random.chance(0.8) ? common : everywhere);
      if (closureOf([...world, at], packages).size <= packageCount) world.add(at);
    }
    return [...world];
  });
}

function packageCountOf(image: number, count: SyntheticOptions["packagesPerImage"]): number {
  // 0.618… of the range further than the last image: near images differ, and no count is rare.
  return typeof count === "number"
    ? count
    : count.least + Math.floor(((image * 0.618034) % 1) * (count.most - count.least + 1));
}

function closureOf(world: readonly number[], packages: readonly Invented[]): Set<number> {
  const closure = new Set(world);
  for (const at of closure) for (const needed of packages[at]!.needs) closure.add(needed);
  return closure;
}

interface Architecture {
  readonly packages: readonly Invented[];
  /** Those that exist as files. */
  readonly needed: ReadonlySet<number>;
  readonly options: SyntheticOptions;
}

async function writeArchitecture(
  folder: string,
  architecture: string,
  { packages, needed, options }: Architecture,
): Promise<void> {
  const { recordCount, packageCount, meanSizeBytes, key } = options;
  await mkdir(join(folder, architecture), { recursive: true });
  const records: IndexPackage[] = [];
  for (const [at, invented] of packages.entries()) {
    const versionCount =
      Math.floor(((at + 1) * recordCount) / packageCount) - Math.floor((at * recordCount) / packageCount);
    for (let version = 1; version < versionCount; version++) {
      records.push(recordOf(at, { packages, architecture, version: `1.${version}.0-r${at % 5}` }));
    }
    const newest = recordOf(at, { packages, architecture, version: `1.${versionCount}.0-r${at % 5}` });
    if (!needed.has(at)) {
      records.push(newest);
      continue;
    }
    const sizeBytes = Math.round(meanSizeBytes * -Math.log(1 - invented.size * 0.99));
    const content = noise(`${options.seed}/${invented.name}`, sizeBytes);
    const apk = writePackage({
      description: newest,
      files: [{ kind: "file", path: `usr/lib/${invented.name}`, content }],
      key,
    });
    await writeFile(join(folder, architecture, `${newest.name}-${newest.version}.apk`), apk);
    records.push(indexPackageOf(apk));
  }
  const index = writeIndex({ packages: records, description: "synthetic", key });
  await writeFile(join(folder, architecture, "APKINDEX.tar.gz"), index);
}

function recordOf(
  at: number,
  { packages, architecture, version }: { packages: readonly Invented[]; architecture: string; version: string },
): IndexPackage {
  const { name, needs, size } = packages[at]!;
  const digest = createHash("sha1").update(`${architecture}/${name}-${version}`).digest();
  return {
    name,
    version,
    architecture,
    dependencies: needs.map((needed) => (needed % 2 === 0 ? packages[needed]!.name : libraryOf(packages[needed]!))),
    provides: [`${libraryOf(packages[at]!)}=1`, `cmd:${name}=${version}`, `pc:${name}=${version}`],
    installIf: [],
    providerPriority: 0n,
    origin: name,
    checksum: `Q1${digest.toString("base64")}`,
    sizeBytes: BigInt(Math.round(size * 1e6)),
    installedSizeBytes: BigInt(Math.round(size * 3e6)),
    buildTime: 1_750_000_000n,
    description: `The ${name} of a benchmark`,
    url: `https://example.com/${name}`,
    license: "Apache-2.0",
    maintainer: "",
    commit: digest.toString("hex"),
  };
}

function libraryOf({ name }: Invented): string {
  return `so:lib${name}.so.1`;
}

/** Bytes that do not compress: the key stream of a cipher. */
function noise(seed: string, sizeBytes: number): Uint8Array {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}
