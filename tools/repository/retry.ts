import { setTimeout } from "node:timers/promises";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { describeStatus, type Source, type SourceOptions, type SourceResponse } from "./source.ts";

export interface RetryOptions {
  /** For one URL, the first one included. @default 5, as for apko */
  readonly attempts?: number;
  /** @default a timer that the signal ends */
  readonly wait?: Wait;
  /** Told before each time that it waits. */
  readonly onRetry?: OnRetry;
}

export type OnRetry = (failure: WolfiError, waitMs: number) => void;

/** Resolves after so many milliseconds; throws when the signal is aborted. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Tries again where that may help: when the connection fails, also in the middle of a body, and when the server
 * answers 408, 425, 429 or 5xx other than 501. It waits 1, 2, 4, 8 seconds, or longer where the server asks for it, up
 * to a minute.
 *
 * A body that broke off is read again from its beginning and what was passed on already is skipped, so the reader sees
 * one body; that it is the right one only a checksum or a signature can tell.
 */
export function retry(
  source: Source,
  { attempts = 5, wait = waitWithTimer, onRetry = () => {} }: RetryOptions = {},
): Source {
  return {
    async read(url, options) {
      const open = opener(source, url, { options, attempts, wait, onRetry });
      const response = await open();
      return { ...response, body: resumedBody(response, open, url) };
    },
  };
}

async function waitWithTimer(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}

/** Opens the URL, again after `brokenBy`; all calls for one body share its number of attempts. */
type Open = (brokenBy?: WolfiError) => Promise<SourceResponse>;

function opener(
  source: Source,
  url: string,
  { options, attempts, wait, onRetry }: { readonly options: SourceOptions } & Required<RetryOptions>,
): Open {
  let failures = 0;
  const pause = async (failure: WolfiError, retryAfterMs = 0): Promise<void> => {
    failures++;
    if (failures >= attempts) throw gaveUp(failure, failures);
    const waitMs = Math.max(1000 * 2 ** (failures - 1), Math.min(retryAfterMs, 60_000));
    onRetry(failure, waitMs);
    await wait(waitMs, options.signal);
  };
  return async (brokenBy) => {
    if (brokenBy !== undefined) await pause(brokenBy);
    for (;;) {
      let response: SourceResponse;
      try {
        response = await source.read(url, options);
      } catch (error) {
        if (!isConnectionFailure(error)) throw error;
        await pause(error);
        continue;
      }
      if (!mayPass(response.status)) return response;
      const reason = describeStatus(url, response.status);
      await pause(new WolfiError("FETCH_FAILED", `Cannot fetch "${redactUrl(url)}": ${reason}`), response.retryAfterMs);
    }
  };
}

async function* resumedBody(first: SourceResponse, open: Open, url: string): AsyncGenerator<Uint8Array> {
  let passedOn = 0;
  for (let response = first; ;) {
    let skip = passedOn;
    try {
      for await (const chunk of response.body) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        passedOn += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
      response = await open(error);
    }
    if (response.status !== first.status || response.totalSizeBytes !== first.totalSizeBytes) {
      // A body that nobody reads would keep its connection, and the process with it.
      for await (const _ of response.body) break;
      throw new WolfiError("FETCH_FAILED", `Cannot fetch "${redactUrl(url)}": it changed while it was read`);
    }
  }
}

function isConnectionFailure(error: unknown): error is WolfiError {
  return error instanceof WolfiError && error.code === "CONNECTION_FAILED";
}

/** Whether the server's trouble may pass by itself. */
function mayPass(status: number): boolean {
  return [408, 425, 429].includes(status) || (status >= 500 && status !== 501);
}

function gaveUp(failure: WolfiError, attempts: number): WolfiError {
  return new WolfiError("FETCH_FAILED", `${failure.message} (after ${attempts} attempts)`, {
    kind: failure.kind,
    cure: failure.cure,
    cause: failure,
  });
}
