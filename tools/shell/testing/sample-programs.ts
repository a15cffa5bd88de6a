import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { NewTarEntry } from "../../apk/write-tar.ts";
import { file } from "../../image/testing/sample-image.ts";

/** For tests: this machine's bash with its libraries, where it has them; undefined where that cannot be known. */
export function bashOfThisMachine(): readonly NewTarEntry[] | undefined {
  const bash = ["/usr/bin/bash", "/bin/bash"].find((path) => existsSync(path));
  if (bash === undefined || process.platform !== "linux") return undefined;
  try {
    const libraries = execFileSync("ldd", [bash], { encoding: "utf8" }).match(/\/\S+(?= \()/g) ?? [];
    const program = (path: string, source: string): NewTarEntry =>
      ({ ...file(path.replace(/^\//, ""), "", { mode: 0o755 }), content: readFileSync(source) }) as NewTarEntry;
    return [program("bin/bash", bash), ...libraries.map((path) => program(path, path))];
  } catch {
    return undefined;
  }
}

/**
 * For tests: a program of a few bytes for Linux on x86_64. ELF64: one header of the file, one of what is loaded.
 *
 * @param code machine code
 * @param options a program with a loader names it, and has nothing else that is loaded
 */
export function staticProgram(
  code: readonly number[],
  { loader, machine = 62 }: { readonly loader?: string; readonly machine?: number } = {},
): Uint8Array {
  const text = loader === undefined ? "" : `${loader}\0`;
  const bytes = Buffer.alloc(120 + code.length + text.length);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(2, 16); // ET_EXEC
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(ADDRESS + 120n, 24); // where it starts
  bytes.writeBigUInt64LE(64n, 32); // program headers
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(loader === undefined ? 1 : 3, 64); // PT_LOAD, PT_INTERP
  bytes.writeUInt32LE(5, 68); // readable, executable
  bytes.writeBigUInt64LE(ADDRESS, 80);
  bytes.writeBigUInt64LE(ADDRESS, 88);
  bytes.writeBigUInt64LE(BigInt(bytes.length), 96);
  bytes.writeBigUInt64LE(BigInt(bytes.length), 104);
  bytes.writeBigUInt64LE(0x1000n, 112);
  bytes.set(code, 120);
  if (loader !== undefined) {
    bytes.write(text, 120 + code.length);
    bytes.writeBigUInt64LE(BigInt(120 + code.length), 72);
    bytes.writeBigUInt64LE(BigInt(text.length), 96);
  }
  return bytes;
}

const ADDRESS = 0x40_0000n;

/** `exit(code)`. */
export function exitWith(code: number): readonly number[] {
  return [0xbf, code, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05];
}

/** `exit(-ioctl(0, request, stack))`: the number of the error. */
export function exitWithErrorOf(request: number): readonly number[] {
  return [
    [0x31, 0xff], // xor edi, edi
    [0xbe, request & 0xff, request >> 8, 0, 0], // mov esi, request
    [0x48, 0x89, 0xe2], // mov rdx, rsp
    [0xb8, 16, 0, 0, 0, 0x0f, 0x05], // ioctl
    [0xf7, 0xd8, 0x89, 0xc7], // neg eax; mov edi, eax
    [0xb8, 60, 0, 0, 0, 0x0f, 0x05], // exit
  ].flat();
}
