/** What a program's file says of where it runs: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html */
export interface ProgramFile {
  /** As repositories name it; undefined for a processor that is not known. */
  readonly architecture: string | undefined;
  /** Path of what loads it with its libraries; undefined for a static program, which starts alone. */
  readonly loader: string | undefined;
}

/** @returns undefined for what is no program of 64 bits, lowest byte first, as those of Linux on all known processors but s390x are */
export function readProgramFile(bytes: Uint8Array): ProgramFile | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0) !== MAGIC || bytes[4] !== 2 || bytes[5] !== 1) return undefined;
  const offset = Number(view.getBigUint64(32, true));
  const [size, count] = [view.getUint16(54, true), view.getUint16(56, true)];
  let loader: string | undefined;
  for (let at = 0; at < count; at++) {
    const start = offset + at * size;
    if (start + PROGRAM_HEADER_BYTES > bytes.length) return undefined;
    if (view.getUint32(start, true) !== PT_INTERP) continue;
    const [from, length] = [view.getBigUint64(start + 8, true), view.getBigUint64(start + 32, true)];
    loader = Buffer.from(bytes.subarray(Number(from), Number(from + length)))
      .toString()
      .split("\0")[0]!;
  }
  return { architecture: MACHINES.get(view.getUint16(18, true)), loader };
}

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
/** 0x7f, then ELF. */
const MAGIC = 0x7f45_4c46;
const PT_INTERP = 3;

const MACHINES: ReadonlyMap<number, string> = new Map([
  [62, "x86_64"],
  [183, "aarch64"],
  [243, "riscv64"],
  [21, "ppc64le"],
]);
