import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { IndexPackage } from "../tools/apk/apk-index.ts";
import { indexPackageOf, writeIndex } from "../tools/apk/write-index.ts";
import { writePackage } from "../tools/apk/write-package.ts";
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
  /** How many packages each image has, dependencies included. */
  readonly packagesPerImage: number;
  /** Mean size of those packages. */
  readonly meanSizeBytes: number;
  readonly key: TestKey;
}

/**
 * Writes a signed repository like Wolfi's: names in byte order, some versions of each, two to three dependencies a
 * package, mostly on few common ones, half of them on shared libraries (`so:`), commands (`cmd:`) provided by name.
 * Only the packages that the images need exist as files; their contents are noise, which is quick to unpack.
 *
 * A folder that is already there is taken as it is.
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
  if (!existsSync(join(folder, "complete"))) {
    const needed = new Set(images.flatMap((world) => [...closureOf(world, packages)]));
    for (const architecture of options.architectures) {
      await writeArchitecture(folder, architecture, { packages, needed, options });
    }
    await writeFile(join(folder, options.key.name), options.key.pem);
    await writeFile(join(folder, "complete"), "");
  }
  return images.map((world) => world.map((at) => packages[at]!.name));
}

/** A package without its versions. */
interface Invented {
  readonly name: string;
  /** Places of packages with smaller numbers: there are no cycles. */
  readonly needs: readonly number[];
  /** Between 0 and 1. */
  readonly noise: number;
}

type Random = () => number;

/** Makes the generator mulberry32: numbers from 0 up to 1, the same ones for a seed on every machine. */
function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SYLLABLES = ["ba", "co", "da", "fi", "go", "ka", "li", "mo", "ne", "po", "ra", "si", "tu", "ve", "xo", "zy"];

function inventPackage(at: number, random: Random): Invented {
  const syllable = (): string => SYLLABLES[Math.floor(random() * SYLLABLES.length)]!;
  const name = `${syllable()}${syllable()}${syllable()}-${at}`;
  const needs = Array.from({ length: at === 0 ? 0 : Math.floor(random() * 5) }, () => Math.floor(at * random() ** 6));
  return { name, needs: [...new Set(needs)], noise: random() };
}

function chooseImages(
  packages: readonly Invented[],
  { imageCount, packagesPerImage }: SyntheticOptions,
  random: Random,
): readonly (readonly number[])[] {
  // What a team's images have in common.
  const common = Array.from({ length: 30 }, () => Math.floor(random() * packages.length));
  return Array.from({ length: imageCount }, () => {
    const world = new Set<number>();
    let sizeBefore = 0;
    while (sizeBefore < packagesPerImage) {
      const place = random();
      const at = random() < 0.8 ? common[Math.floor(place * 30)]! : Math.floor(place * packages.length);
      const size = closureOf([...world, at], packages).size;
      if (size > packagesPerImage) continue;
      world.add(at);
      sizeBefore = size;
    }
    return [...world];
  });
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
    const sizeBytes = Math.round(meanSizeBytes * -Math.log(1 - invented.noise * 0.99));
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
  const { name, needs, noise: fraction } = packages[at]!;
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
    sizeBytes: BigInt(Math.round(fraction * 1e6)),
    installedSizeBytes: BigInt(Math.round(fraction * 3e6)),
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

/** Bytes that do not compress: a chain of digests. */
function noise(seed: string, sizeBytes: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  const key = createHash("sha256").update(seed).digest();
  for (let start = 0; start < sizeBytes; start += 64) {
    createHash("sha512").update(key).update(String(start)).digest().copy(bytes, start);
  }
  return bytes;
}
