import type { IncomingMessage } from "node:http";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** The client's body cannot be used: 400, 413 or 415. */
export class RequestBodyError extends Error {
  override readonly name = "RequestBodyError";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Reads the body of a git request, unpacked. git packs its longer requests with gzip.
 *
 * The connection survives a failure, so that the client can be told of it.
 *
 * @throws RequestBodyError when the type or encoding is unknown, the gzip stream broken, or the body too long
 */
export async function* readRequestBody(
  request: IncomingMessage,
  options: { readonly type: string; readonly maxBytes: number },
): AsyncGenerator<Uint8Array, void> {
  if (request.headers["content-type"] !== options.type) {
    throw new RequestBodyError(415, `The content type must be ${options.type}.`);
  }
  let bytes = 0;
  try {
    for await (const chunk of decode(request)) {
      bytes += chunk.length;
      if (bytes > options.maxBytes) {
        throw new RequestBodyError(413, `The request is longer than ${options.maxBytes} bytes.`);
      }
      yield chunk;
    }
  } catch (error) {
    if (isZlibError(error)) throw new RequestBodyError(400, "The request's gzip stream is broken.", { cause: error });
    throw error;
  }
}

function decode(request: IncomingMessage): AsyncIterable<Uint8Array> {
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  switch (request.headers["content-encoding"] ?? "identity") {
    case "identity":
      return body;
    case "gzip":
    case "x-gzip":
      // The callback is there for pipeline() alone: the reader of the last stream gets the same error.
      return pipeline(Readable.from(body, { objectMode: false }), createGunzip(), () => undefined);
    default:
      throw new RequestBodyError(415, "The content encoding must be gzip or none.");
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_");
}
