import { execFile } from "node:child_process";
import type { Environment } from "./environment.ts";

/** One of the two is there. */
export interface ChainctlAnswer {
  readonly token: string | undefined;
  readonly problem: string | undefined;
}

export interface ChainctlOptions {
  /** Where `PATH` names it, and what it runs with. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** @default 30 seconds */
  readonly timeoutMs?: number;
}

/**
 * Asks Chainguard's program for a token, as apko 1.2.30 does (pkg/apk/auth). That it is missing or fails is an answer:
 * the repository may be open to everybody.
 *
 * @throws the signal's reason when that is aborted
 */
export async function tokenOfChainctl(
  host: string,
  { environment, signal, timeoutMs = 30_000 }: ChainctlOptions,
): Promise<ChainctlAnswer> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const options = { env: { ...environment }, signal, timeout: timeoutMs };
    const child = execFile("chainctl", ["auth", "token", "--audience", host], options, (error, stdout) => {
      const token = stdout.trim();
      if (signal.aborted) reject(signal.reason as Error);
      else if (error !== null) resolve({ token: undefined, problem: describe(error, timeoutMs) });
      else resolve(token === "" ? { token: undefined, problem: "it printed none" } : { token, problem: undefined });
    });
    // It must not wait for an answer that nobody gives.
    child.stdin?.end();
  });
}

/** Never what it printed, which may hold a secret. */
function describe({ code, killed }: { readonly code?: unknown; readonly killed?: boolean }, timeoutMs: number): string {
  if (code === "ENOENT") return "it is not in PATH";
  if (killed === true) return `it took longer than ${timeoutMs / 1000} s`;
  return `it ended with ${typeof code === "number" ? `exit code ${code}` : String(code)}`;
}
