import { STATUS_CODES } from "node:http";
import { redactUrl, WolfiError, type WolfiErrorOptions } from "../error/wolfi-error.ts";
import { ProxyRefusal } from "./tunnel-agent.ts";

export interface HttpFailureOptions {
  /** As the caller named it. */
  readonly url: string;
  /** Where redirects led to; undefined where there were none. */
  readonly redirectedTo: URL | undefined;
  readonly proxy: URL | undefined;
}

/** Turns an error of Node's into one that says what was fetched from where, and whether trying again may help. */
export function httpFailure(error: unknown, { url, redirectedTo, proxy }: HttpFailureOptions): WolfiError {
  if (error instanceof WolfiError) return error;
  if (error instanceof ProxyRefusal) return proxyRefusal(error.status, { url, proxy: proxy!, cause: error });
  const { message = "", code = "", hostname = "" } = error as NodeFailure;
  const { reason: known, cure } = explain(code, hostname);
  const reason = [
    known ?? redactUrl(message === "" ? code : message).trim(),
    ...(redirectedTo === undefined ? [] : [`it was redirected to "${redirectedTo.href}"`]),
    ...(proxy === undefined ? [] : [`the proxy is "${proxyName(proxy)}"`]),
  ];
  return fetchFailure(mayPass(code) ? "CONNECTION_FAILED" : "FETCH_FAILED", url, reason.join("; "), {
    cause: error,
    cure,
  });
}

interface NodeFailure {
  readonly message?: string;
  readonly code?: string;
  /** That could not be looked up. */
  readonly hostname?: string;
}

/** What Node says of some errors helps nobody, and what to do about most depends on the network alone. */
function explain(code: string, hostname: string): { readonly reason?: string; readonly cure: string } {
  if (isAboutCertificates(code)) return { cure: CERTIFICATE_CURE };
  switch (code) {
    case "EPROTO":
      return { reason: "the server does not speak TLS", cure: "Is it an http:// URL?" };
    case "ENOTFOUND":
      return { reason: `there is no host "${hostname}"`, cure: NETWORK_CURE };
    case "EAI_AGAIN":
      return { reason: `the host "${hostname}" cannot be looked up now`, cure: NETWORK_CURE };
    default:
      return { cure: NETWORK_CURE };
  }
}

const NETWORK_CURE =
  "Is the address right, this machine online, and is there a proxy or a mirror to use? docs/networks.md";

const CERTIFICATE_CURE =
  "Where your network has its own certificate authority, name its file in NODE_EXTRA_CA_CERTS: docs/networks.md";

/** A proxy that answers in the place of the server. */
export function proxyRefusal(
  status: number,
  { url, proxy, cause }: { readonly url: string; readonly proxy: URL; readonly cause?: unknown },
): WolfiError {
  const text = `the proxy "${proxyName(proxy)}" answered ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
  const isBusy = [408, 429, 500, 502, 503, 504].includes(status);
  return fetchFailure(isBusy ? "CONNECTION_FAILED" : "FETCH_FAILED", url, text, {
    cause,
    ...(status === 407
      ? { cure: "Name its user and password in the proxy's URL: http://USER:PASSWORD@HOST:PORT" }
      : {}),
  });
}

export function fetchFailure(code: string, url: string, reason: string, options: WolfiErrorOptions = {}): WolfiError {
  return new WolfiError(code, `Cannot fetch "${redactUrl(url)}": ${reason}`, options);
}

function proxyName({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/**
 * The system's errors and those of a connection that broke off; not those of TLS, nor the name server's answer that
 * there is no such host, which do not change by asking again.
 */
function mayPass(code: string): boolean {
  return (
    (/^(E[A-Z]+|EAI_AGAIN)$/.test(code) && !["ENOTFOUND", "EPROTO"].includes(code)) ||
    code === "ERR_STREAM_PREMATURE_CLOSE" ||
    code.startsWith("HPE_")
  );
}

function isAboutCertificates(code: string): boolean {
  return /CERT|UNABLE_TO_VERIFY/.test(code);
}
