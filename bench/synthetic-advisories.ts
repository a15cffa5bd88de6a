import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { createGzip } from "node:zlib";
import { type Random, seededRandom } from "../tools/testing/seeded-random.ts";

export interface SyntheticFeedOptions {
  readonly seed: number;
  readonly packageNames: readonly string[];
  readonly recordCount: number;
  readonly architectures: readonly string[];
}

/**
 * Writes a feed like Chainguard's OSV feed, version 3, as `chainguard-osv.tar.gz`: one record for each component of a
 * package and architecture. Nearly all are fixed in versions of long ago. A file that is there is left as it
 * is.
 */
export async function writeSyntheticFeed(path: string, options: SyntheticFeedOptions): Promise<void> {
  if (existsSync(path)) return;
  const random = seededRandom(options.seed);
  const gzip = createGzip({ level: 6 });
  const file = createWriteStream(`${path}.tmp`);
  gzip.pipe(file);
  let batch: Buffer[] = [];
  const flush = async (): Promise<void> => {
    const isWritten = gzip.write(Buffer.concat(batch));
    batch = [];
    if (!isWritten) await once(gzip, "drain");
  };
  for (let at = 0; at < options.recordCount; at++) {
    batch.push(tarFile(`${inventId(at)}.json`, Buffer.from(JSON.stringify(inventRecord(at, options, random)))));
    if (batch.length === 1000) await flush();
  }
  batch.push(Buffer.alloc(1024));
  await flush();
  gzip.end();
  await once(file, "close");
  await rename(`${path}.tmp`, path);
}

const ALPHABET = "23456789cfghjmpqrvwx";

/** Different for each number. */
function inventId(at: number): string {
  let rest = BigInt(at + 1) * 0x9e3779b97f4a7c15n;
  let text = "";
  for (let digit = 0; digit < 12; digit++) {
    text += ALPHABET[Number(rest % 20n)];
    rest /= 20n;
  }
  return `CGA-${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
}

function inventRecord(at: number, { packageNames, architectures }: SyntheticFeedOptions, random: Random): object {
  const name = random.pick(packageNames);
  const architecture = architectures[at % architectures.length]!;
  const component = random.pick(["stdlib", "golang.org/x/net", "golang.org/x/crypto", name]);
  const isFixed = random.chance(0.97);
  const day = `20${24 + random.below(3)}-${String(1 + random.below(9)).padStart(2, "0")}-1${random.below(10)}`;
  const time = `${day}T0${random.below(10)}:${10 + random.below(50)}:${10 + random.below(50)}Z`;
  const fixed = random.chance(0.2)
    ? "0"
    : `${random.chance(0.99) ? 0 : 9}.${random.below(20)}.${random.below(9)}-r${random.below(9)}`;
  return {
    schema_version: "1.7.5",
    id: inventId(at),
    published: time,
    modified: time,
    upstream: [`CVE-20${10 + random.below(17)}-${1000 + random.below(60_000)}`, `GHSA-${random.below(9000)}-cfgh-mpqr`],
    affected: ["Chainguard", "Wolfi"].map((ecosystem) => ({
      package: { ecosystem, name, purl: `pkg:apk/${ecosystem.toLowerCase()}/${name}?arch=${architecture}` },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, ...(isFixed ? [{ fixed }] : [])] }],
      ecosystem_specific: {
        components: [
          {
            component_location: `/usr/bin/${name}`,
            component_name: component,
            component_purl: `pkg:golang/${component}@v0.${random.below(40)}.0`,
            component_type: "go-module",
            component_version: `v0.${random.below(40)}.0`,
            latest_event_status: isFixed ? "fixed" : random.pick(["detection", "pending_upstream_fix"]),
            latest_event_timestamp: time,
          },
        ],
      },
    })),
  };
}

function tarFile(name: string, data: Buffer): Buffer {
  const file = Buffer.alloc(512 + Math.ceil(data.length / 512) * 512);
  file.write(name);
  file.write("0000644\0", 100);
  file.write(`${data.length.toString(8).padStart(11, "0")}\0`, 124);
  file.write("00000000000\0", 136);
  file.write("        0", 148);
  file.write("ustar\u000000", 257);
  const sum = file.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  file.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  data.copy(file, 512);
  return file;
}
