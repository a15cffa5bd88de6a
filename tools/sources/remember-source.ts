import { bodyOf, readBody, type Source, type SourceResponse } from "../repository/source.ts";

interface RememberedResponse extends Omit<SourceResponse, "body"> {
  readonly bytes: Uint8Array;
}

/**
 * Reads each whole file at most once: indexes, keys and key lists, which the images of a run have in common. Parts of
 * files (packages) pass through. A failure is remembered too, so that all images that need the file fail alike.
 *
 * It holds all of them in memory as long as it lives, which should be one run.
 */
export function rememberSource(source: Source, maxBytes: number = 1_073_741_824): Source {
  const responses = new Map<string, Promise<RememberedResponse>>();
  return {
    async read(url, options) {
      if (options.range !== undefined) return source.read(url, options);
      let response = responses.get(url);
      if (response === undefined) {
        response = source.read(url, options).then(async ({ body, ...rest }) => {
          return { ...rest, bytes: await readBody(body, { url, maxBytes: options.maxBytes ?? maxBytes }) };
        });
        responses.set(url, response);
      }
      const { bytes, ...rest } = await response;
      return { ...rest, body: bodyOf(bytes) };
    },
  };
}
