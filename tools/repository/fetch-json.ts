import * as v from "valibot";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { describeStatus, readBody, type Source } from "./source.ts";

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
  const response = await source.read(url, { signal });
  if (response.status !== 200) {
    throw new WolfiError("FETCH_REFUSED", `Cannot read "${redactUrl(url)}": ${describeStatus(url, response.status)}`);
  }
  const text = Buffer.from(await readBody(response.body, { url, maxBytes: MAX_BYTES })).toString();
  const result = v.safeParse(schema, parse(text, url));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw invalid(url, path === null ? issue.message : `${path}: ${issue.message}`);
}

const MAX_BYTES = 16_777_216;

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(url, error instanceof Error ? error.message : String(error));
  }
}

function invalid(url: string, reason: string): WolfiError {
  return new WolfiError("JSON_INVALID", `Cannot read "${redactUrl(url)}": ${reason}`);
}
