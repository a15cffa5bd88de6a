import { WolfiError } from "../error/wolfi-error.ts";

/** An entry of a tar archive that is to be written. Paths have no leading and no trailing slash. */
export type NewTarEntry = TarFile | TarDirectory | TarSymlink;

export interface TarFile extends TarAttributes {
  readonly kind: "file";
  readonly content: Uint8Array;
}

export interface TarDirectory extends TarAttributes {
  readonly kind: "directory";
}

export interface TarSymlink extends TarAttributes {
  readonly kind: "symlink";
  readonly target: string;
}

interface TarAttributes {
  readonly path: string;
  /** Permission bits, e.g. `0o644`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly groupName: string;
  readonly modifiedSeconds: number;
  /** PAX records of this entry, in the order in which they are written. */
  readonly pax?: Readonly<Record<string, string>>;
}

export interface WriteTarOptions {
  /**
   * Whether the two zero blocks that end an archive are written. An .apk is one archive cut into several gzip
   * members, and only the last of them has these blocks: apk-v2(5), DESCRIPTION.
   */
  readonly isEnded: boolean;
}

/**
 * Writes a POSIX ustar archive, with PAX headers where an entry asks for them or does not fit otherwise.
 * Equal entries give equal bytes: nothing is sorted, added or taken from the machine.
 *
 * Own code, because an .apk needs an archive without its end, and bytes that no release of a library changes.
 *
 * @throws WolfiError where a number does not fit its field (a file of 8 GiB, a uid above 2097151)
 */
export function writeTar(entries: readonly NewTarEntry[], options: WriteTarOptions): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (const entry of entries) {
    const place = splitPath(entry.path);
    const records = { ...(place === undefined ? { path: entry.path } : {}), ...linkRecord(entry), ...entry.pax };
    if (Object.keys(records).length > 0) {
      const content = encodePaxRecords(records);
      chunks.push(header(paxEntry(entry.path, content), paxPlace(entry.path)), ...padded(content));
    }
    chunks.push(header(entry, place ?? { prefix: "", name: "" }));
    if (entry.kind === "file") chunks.push(...padded(entry.content));
  }
  if (options.isEnded) chunks.push(new Uint8Array(2 * BLOCK_BYTES));
  return Buffer.concat(chunks);
}

const BLOCK_BYTES = 512;
const TYPE_FLAGS = { file: "0", symlink: "2", directory: "5", pax: "x" } as const;

type Header = NewTarEntry | (TarAttributes & { readonly kind: "pax"; readonly content: Uint8Array });
interface Place {
  readonly prefix: string;
  readonly name: string;
}

/** Fits a path into ustar's two fields (name: 100 bytes, prefix: 155); undefined where it does not fit. */
function splitPath(path: string): Place | undefined {
  if (!isAscii(path)) return undefined;
  if (path.length <= 100) return { prefix: "", name: path };
  const slash = path.indexOf("/", path.length - 101);
  return slash > 0 && slash <= 155 ? { prefix: path.slice(0, slash), name: path.slice(slash + 1) } : undefined;
}

function linkRecord(entry: NewTarEntry): Readonly<Record<string, string>> {
  if (entry.kind !== "symlink" || (isAscii(entry.target) && entry.target.length <= 100)) return {};
  return { linkpath: entry.target };
}

function paxEntry(path: string, content: Uint8Array): Header {
  const nobody = { mode: 0, uid: 0, gid: 0, userName: "", groupName: "", modifiedSeconds: 0 };
  return { kind: "pax", path, content, ...nobody };
}

/** Readers ignore the name of a PAX header; this one is what pax(1) writes, cut where it would not fit. */
function paxPlace(path: string): Place {
  const slash = path.lastIndexOf("/") + 1;
  const place = splitPath(`${path.slice(0, slash)}PaxHeaders.0/${path.slice(slash)}`);
  return place ?? { prefix: "", name: "PaxHeaders.0/entry" };
}

function encodePaxRecords(records: Readonly<Record<string, string>>): Uint8Array {
  return Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = Buffer.from(` ${key}=${value}\n`);
      // The length counts its own digits.
      let length = rest.length + 1;
      while (String(length).length + rest.length !== length) length++;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    }),
  );
}

/** The 512 bytes of a ustar header: POSIX.1-2017, pax, "ustar Interchange Format". */
function header(entry: Header, place: Place): Uint8Array {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, offset: number, digits: number): void => {
    const text = value.toString(8).padStart(digits, "0");
    if (text.length > digits) {
      throw new WolfiError("TAR_NUMBER_TOO_LARGE", `Cannot write tar entry "${entry.path}": ${value} does not fit`);
    }
    block.write(text, offset, "latin1");
  };
  block.write(place.name, 0, "latin1");
  octal(entry.mode, 100, 7);
  octal(entry.uid, 108, 7);
  octal(entry.gid, 116, 7);
  octal("content" in entry ? entry.content.length : 0, 124, 11);
  octal(entry.modifiedSeconds, 136, 11);
  block.write(" ".repeat(8), 148, "latin1");
  block.write(TYPE_FLAGS[entry.kind], 156, "latin1");
  if (entry.kind === "symlink" && linkRecord(entry)["linkpath"] === undefined) block.write(entry.target, 157, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  block.write(entry.userName, 265, 31);
  block.write(entry.groupName, 297, 31);
  if (entry.kind !== "pax") {
    octal(0, 329, 7);
    octal(0, 337, 7);
  }
  block.write(place.prefix, 345, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function padded(content: Uint8Array): readonly Uint8Array[] {
  return [content, new Uint8Array((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES)];
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
