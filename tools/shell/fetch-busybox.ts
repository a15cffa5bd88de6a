import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { IndexPackage } from "../apk/apk-index.ts";
import { newestFirst } from "../apk/newest-first.ts";
import { readPackageHead } from "../apk/package-head.ts";
import { indexChecksum } from "../apk/segment-checksum.ts";
import { readTarEntries } from "../apk/tar-entries.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { groupByIndex, readKeyring, readLockedIndex } from "../locked/locked-indexes.ts";
import { packageUrl } from "../repository/fetch-package-head.ts";
import { describeStatus, nameSource, readBody, type Source } from "../repository/source.ts";
import { shareReads } from "../sources/shared-reads.ts";
import type { Busybox } from "./find-busybox.ts";
import { readProgramFile } from "./static-program.ts";

export interface FetchBusyboxOptions {
  readonly lockfile: Lockfile;
  readonly lockfilePath: string;
  /** As repositories name it. */
  readonly architecture: string;
  readonly source: Source;
  readonly today: Date;
  readonly signal: AbortSignal;
}

/**
 * Fetches the newest `busybox-static` of the repositories that an image was locked from. The index has to be signed by a
 * key of the lockfile, and the package to be what the index says.
 *
 * @returns undefined where no repository has it
 * @throws WolfiError
 */
export async function fetchBusybox(options: FetchBusyboxOptions): Promise<Busybox | undefined> {
  const { lockfile, lockfilePath: file, architecture, source, signal } = options;
  const keyring = await readKeyring(lockfile, { source, signal });
  using reads = shareReads(options);
  for (const group of groupByIndex(lockfile)) {
    if (group.architecture !== architecture || group.repository === "") continue;
    const { index } = await readLockedIndex(group, { keyring, file }, { ...options, ...reads });
    const [found] = newestFirst(index?.packages.named(PACKAGE) ?? []);
    if (index === undefined || found === undefined) continue;
    const url = packageUrl(index.url, found);
    const bytes = await readProgram(source, { url, found, architecture, signal });
    return { bytes, origin: `${PACKAGE} ${found.version} of ${group.repository}, verified` };
  }
  return undefined;
}

const PACKAGE = "busybox-static";

/** Wolfi's has half a megabyte. */
const MAX_BYTES = 33_554_432;

interface PackageToRead {
  readonly url: string;
  readonly found: IndexPackage;
  readonly architecture: string;
  readonly signal: AbortSignal;
}

async function readProgram(source: Source, { url, found, architecture, signal }: PackageToRead): Promise<Uint8Array> {
  const response = await source.read(url, { signal });
  const problem = (reason: string): WolfiError =>
    new WolfiError(
      "PACKAGE_INVALID",
      `Cannot read package "${found.name}" from ${nameSource(url, response)}: ${reason}`,
    );
  if (response.status !== 200) throw problem(describeStatus(url, response.status));
  const apk = await readBody(response.body, { url, maxBytes: MAX_BYTES });
  const head = readPackageHead(apk, apk.length);
  if (head === undefined) throw problem("it ends in the middle of its control segment");
  if (indexChecksum(head.control) !== found.checksum) throw problem("it is not the package of the index");
  const data = apk.subarray(head.data.start, head.data.end + 1);
  if (`sha256-${createHash("sha256").update(data).digest("base64")}` !== head.data.checksum) {
    throw problem("its data segment is not the one that its control segment names");
  }
  const programs = readTarEntries(gunzipSync(data, { maxOutputLength: 4 * MAX_BYTES })).filter(
    ({ name, type }) => type === "0" && /(^|\/)busybox[^/]*$/.test(name),
  );
  const usable = programs.find(({ data: bytes }) => {
    const file = readProgramFile(bytes);
    return file !== undefined && file.loader === undefined && file.architecture === architecture;
  });
  if (usable === undefined) throw problem(`no static busybox for ${architecture} is in it`);
  return usable.data;
}
