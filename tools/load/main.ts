import { createReadStream } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { parseArgs } from "node:util";
import { WolfiError } from "../error/wolfi-error.ts";
import { containerEngines } from "./container-engine.ts";
import { describeLoad } from "./describe-load.ts";
import { loadImage } from "./load-image.ts";

const ENGINE_TIMEOUT_MS = 5000;

void run();

/** The `loader` of rules_oci's oci_load, which calls it as `load --input FILE`. Without the option it reads stdin. */
async function run(): Promise<void> {
  const stop = new AbortController();
  const interrupted = new Error("Interrupted");
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort(interrupted));
  try {
    process.exitCode = await load(process.argv.slice(2), stop.signal);
  } catch (error) {
    process.exitCode = error === interrupted ? 130 : error instanceof WolfiError && error.kind === "input" ? 2 : 1;
    if (error !== interrupted) process.stderr.write(`${describeError(error)}\n`);
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof WolfiError)) return String(error);
  return error.cure === undefined ? error.message : `${error.message}\n${error.cure}`;
}

async function load(parameters: readonly string[], signal: AbortSignal): Promise<number> {
  const path = readInputPath(parameters);
  const input = path === undefined ? process.stdin : createReadStream(path, { highWaterMark: 1024 * 1024 });
  // Whoever reads it gets the error too, though perhaps later.
  input.on("error", () => undefined);
  try {
    const result = await loadImage({
      input: readChunks(input),
      engines: containerEngines({ environment: process.env, timeoutMs: ENGINE_TIMEOUT_MS }),
      folder: join(cacheFolder(), "wolfi", "images"),
      signal,
    });
    process.stdout.write(describeLoad(result));
    return result.kind === "failed" ? result.exitCode : 0;
  } finally {
    // A pipe that is still open would keep this process alive.
    input.destroy();
  }
}

async function* readChunks(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* input;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WolfiError("INPUT_UNREADABLE", `Cannot read image archive: ${reason}`, { cause: error });
  }
}

function readInputPath(parameters: readonly string[]): string | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      options: { input: { type: "string", short: "i" } },
      allowPositionals: true,
    });
    if (positionals.join(" ") === "load") return values.input;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const call = JSON.stringify(parameters.join(" "));
  throw new WolfiError("BAD_CALL", `Cannot load image: the call is ${call}`, {
    kind: "input",
    cure: "Call it as: load [--input FILE]",
  });
}

/** XDG Base Directory Specification 0.8: a relative path is invalid and to be ignored. */
function cacheFolder(): string {
  const folder = process.env["XDG_CACHE_HOME"];
  return folder !== undefined && isAbsolute(folder) ? folder : join(homedir(), ".cache");
}
