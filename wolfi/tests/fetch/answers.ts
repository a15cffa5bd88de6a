import { setTimeout } from "node:timers/promises";
import type { FileServer, ServedAnswer, ServedRequest } from "../../../tools/testing/file-server.ts";
import { serveFiles } from "../../../tools/testing/file-server.ts";

/** How the server answers for one package, where not as it should. */
export type Fault = "wrong byte" | "cut off" | "whole file" | "gone" | { readonly redirect: string };

export interface PackageServer extends FileServer {
  /** `REPOSITORY PATH` begins so → the value of `Authorization` without which it answers 401. */
  readonly logins: Map<string, string>;
  /** `NAME-VERSION.apk` → what is wrong with it. */
  readonly faults: Map<string, Fault>;
  /** Each answer comes so late. */
  delayMs: number;
  /** The most requests that were open at one time. */
  mostAtOnce: number;
}

/** @param proxiedUrl see FileServerOptions */
export async function servePackages(
  files: ReadonlyMap<string, Uint8Array>,
  proxiedUrl: string,
): Promise<PackageServer> {
  const logins = new Map<string, string>();
  const faults = new Map<string, Fault>();
  let open = 0;
  async function intercept(request: ServedRequest): Promise<ServedAnswer | undefined> {
    open += 1;
    packages.mostAtOnce = Math.max(packages.mostAtOnce, open);
    await setTimeout(packages.delayMs);
    open -= 1;
    for (const [start, authorization] of logins) {
      const isRefused = request.path.startsWith(start) && request.headers.authorization !== authorization;
      if (isRefused) return { status: 401, body: "who are you?\n" };
    }
    const fault = faults.get(request.path.split("/").at(-1)!);
    return fault === undefined ? undefined : faultyAnswer(fault, files.get(request.path)!, request);
  }
  const server = await serveFiles(files, { proxiedUrl, intercept });
  const packages: PackageServer = {
    ...server,
    logins,
    faults,
    delayMs: 0,
    mostAtOnce: 0,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return packages;
}

function faultyAnswer(fault: Fault, file: Uint8Array, request: ServedRequest): ServedAnswer {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const body = Buffer.from(file.subarray(Number(start), Number(end) + 1));
  const headers = { "content-range": `bytes ${start}-${end}/${file.length}` };
  if (typeof fault === "object") return { status: 302, headers: { location: `${fault.redirect}/${request.path}` } };
  switch (fault) {
    case "gone":
      return { status: 404, body: "no such package\n" };
    case "whole file":
      return { status: 200, body: file };
    case "wrong byte":
      body[body.length - 1]! ^= 1;
      return { status: 206, headers, body };
    case "cut off": {
      const length = { "content-length": String(body.length), connection: "close" };
      return { status: 206, headers: { ...headers, ...length }, body: body.subarray(0, body.length / 2) };
    }
  }
}
