import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../tools/testing/temporary-folder.ts";

export interface Call {
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Measurement {
  readonly wallMs: number;
  /** Of the user and of the system. */
  readonly cpuMs: number;
  /** The most memory that was resident at a time. */
  readonly peakBytes: number;
}

/**
 * Runs programs one after the other and measures them together, with GNU time.
 *
 * @throws where one fails, with what it said
 */
export async function measure(calls: readonly Call[]): Promise<Measurement> {
  let total: Measurement = { wallMs: 0, cpuMs: 0, peakBytes: 0 };
  for (const call of calls) {
    const one = await measureOne(call);
    total = {
      wallMs: total.wallMs + one.wallMs,
      cpuMs: total.cpuMs + one.cpuMs,
      peakBytes: Math.max(total.peakBytes, one.peakBytes),
    };
  }
  return total;
}

async function measureOne({ command, folder, env }: Call): Promise<Measurement> {
  await using report = await temporaryFolder();
  const file = join(report.path, "time");
  const started = performance.now();
  const child = spawn("time", ["-f", "%U %S %M", "-o", file, ...command], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.resume();
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error("GNU time cannot be started: install the package `time`", { cause })),
    );
    child.once("close", resolve);
  });
  const wallMs = performance.now() - started;
  if (exitCode !== 0) throw new Error(`${command.join(" ")} failed:\n${said}`);
  const [user = 0, system = 0, peakKib = 0] = (await readFile(file, "utf8")).trim().split(" ").map(Number);
  return { wallMs, cpuMs: (user + system) * 1000, peakBytes: peakKib * 1024 };
}
