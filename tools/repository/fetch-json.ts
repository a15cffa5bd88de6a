import * as v from "valibot";
import { WolfiError } from "../error/wolfi-error.ts";
import {
  describeStatus,
  nameSource,
  readBody,
  type Source,
  type SourceOptions,
  type SourceResponse,
} from "./source.ts";

/**
 * Reads a JSON document of an expected shape.
 *
 * @throws WolfiError `FETCH_REFUSED` for another status than 200, `JSON_INVALID` for other contents
 */
export async function fetchJson<Schema extends v.GenericSchema>(
  source: Source,
  url: string,
  { schema, signal }: { readonly schema: Schema; readonly signal: AbortSignal },
): Promise<v.InferOutput<Schema>> {
  const response = await source.read(url, readOptions(signal));
  if (response.status !== 200) {
    const message = `Cannot read ${nameSource(url, response)}: ${describeStatus(url, response.status)}`;
    throw new WolfiError("FETCH_REFUSED", message, { cure: response.cure });
  }
  const text = Buffer.from(await readBody(response.body, { url, maxBytes: MAX_BYTES })).toString();
  const result = v.safeParse(schema, parse(text, url, response));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw invalid(url, response, path === null ? issue.message : `${path}: ${issue.message}`);
}

/** Begins to fetch a document from a source that remembers. What fails is told to who asks {@link fetchJson} for it. */
export function prefetchJson(source: Source, url: string, { signal }: { readonly signal: AbortSignal }): void {
  source.read(url, readOptions(signal)).catch(() => {});
}

function readOptions(signal: AbortSignal): SourceOptions {
  return { signal, maxBytes: MAX_BYTES };
}

const MAX_BYTES = 16_777_216;

function parse(text: string, url: string, response: SourceResponse): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(url, response, error instanceof Error ? error.message : String(error));
  }
}

function invalid(url: string, response: SourceResponse, reason: string): WolfiError {
  return new WolfiError("JSON_INVALID", `Cannot read ${nameSource(url, response)}: ${reason}`);
}
