import { execFile } from "node:child_process";
import { resolve as resolvePath } from "node:path";

/**
 * Real apko, or why a test that needs it is skipped: `test(name, { skip: apkoOracle().skip }, …)`. Skip tests and not
 * suites: the tests of a skipped suite are not counted at all.
 */
export type ApkoOracle =
  { readonly skip: false; readonly path: string } | { readonly skip: string; readonly path: undefined };

/** Finds apko by the environment variable `WOLFI_APKO`. */
export function apkoOracle(): ApkoOracle {
  const path = process.env["WOLFI_APKO"];
  return path === undefined || path === ""
    ? { skip: "WOLFI_APKO is not set to an apko binary", path: undefined }
    : { skip: false, path: resolvePath(path) };
}

export interface ApkoRun {
  readonly exitCode: number;
  readonly stdout: string;
  /** Logs and the error. */
  readonly stderr: string;
}

export interface RunApkoOptions {
  /** Where apko is started: configurations and their includes are found from here. */
  readonly folder: string;
  /** An HTTP proxy for everything, e.g. a FileServer's URL. @default none */
  readonly proxy?: string;
  /** Where apko's home, cache (`.cache/dev.chainguard.go-apk`) and temporary files are: a folder of the test. */
  readonly home: string;
}

/**
 * Runs apko with nothing of the caller's environment, so that neither a cache nor credentials of the machine count.
 * A failing apko is an answer, not an error.
 *
 * @throws where there is no apko: check {@link apkoOracle} first
 */
export function runApko(args: readonly string[], { folder, proxy, home }: RunApkoOptions): Promise<ApkoRun> {
  const { path } = apkoOracle();
  if (path === undefined) throw new Error("WOLFI_APKO is not set");
  // apko refuses to cache below a relative home: "unsafe etag value".
  const base = { HOME: resolvePath(home), TMPDIR: resolvePath(home), PATH: "" };
  const env = { ...base, ...(proxy === undefined ? {} : { HTTP_PROXY: proxy }) };
  return new Promise((resolve) => {
    execFile(path, args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}
