import { endianness } from "node:os";

/**
 * A filter of system calls, as bubblewrap's `--seccomp` reads it: no program may type into the terminal that it was
 * started from (ioctl TIOCSTI and TIOCLINUX), which would be typed into the person's own shell once it has ended. All
 * else is allowed. A container engine gives a program a terminal of its own instead.
 *
 * Format: struct sock_filter of linux/filter.h, over struct seccomp_data of linux/seccomp.h.
 *
 * @param architecture as Node names it
 * @returns undefined for a processor that is not known here
 */
export function terminalFilter(architecture: string): Uint8Array | undefined {
  const machine = MACHINES.get(architecture);
  if (machine === undefined || endianness() !== "LE") return undefined;
  const program = [
    [LOAD, 0, 0, ARCHITECTURE],
    [IF_EQUAL, 1, 0, machine.audit],
    // A program of 32 bits: its numbers of calls are others.
    [RETURN, 0, 0, REFUSE],
    [LOAD, 0, 0, CALL_NUMBER],
    // The x32 calls of x86_64, which nobody uses.
    [IF_AT_LEAST, 0, 1, X32],
    [RETURN, 0, 0, REFUSE],
    [IF_EQUAL, 0, 3, machine.ioctl],
    [LOAD, 0, 0, SECOND_ARGUMENT],
    [IF_EQUAL, 2, 0, TIOCSTI],
    [IF_EQUAL, 1, 0, TIOCLINUX],
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, REFUSE],
  ] as const;
  const bytes = Buffer.alloc(program.length * 8);
  for (const [at, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(ifTrue, at * 8 + 2);
    bytes.writeUInt8(ifFalse, at * 8 + 3);
    bytes.writeUInt32LE(value, at * 8 + 4);
  }
  return bytes;
}

/** AUDIT_ARCH_… of linux/audit.h, and the number of ioctl. */
const MACHINES: ReadonlyMap<string, { readonly audit: number; readonly ioctl: number }> = new Map([
  ["x64", { audit: 0xc000_003e, ioctl: 16 }],
  ["arm64", { audit: 0xc000_00b7, ioctl: 29 }],
]);

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const IF_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K
const CALL_NUMBER = 0;
const ARCHITECTURE = 4;
const SECOND_ARGUMENT = 24;
const X32 = 0x4000_0000;
const ALLOW = 0x7fff_0000; // SECCOMP_RET_ALLOW
const REFUSE = 0x0005_0001; // SECCOMP_RET_ERRNO | EPERM
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
