import { tokenOfChainctl } from "./chainctl.ts";
import type { Environment } from "./environment.ts";
import { findLogin, netrcReader } from "./netrc.ts";

/** What a request says about who asks. */
export interface Credential {
  /** Value of the header `Authorization`; undefined where nothing is known for the host. */
  readonly authorization: string | undefined;
  /** What a person does when the server refuses all the same. It holds no secret. */
  readonly advice: string;
}

/** Finds what to send to the host of a URL. */
export type FindCredential = (url: URL, signal: AbortSignal) => Promise<Credential>;

/**
 * Finds credentials by host, the first that there is:
 *
 * 1. `HTTP_AUTH`: `basic:HOST:USER:PASSWORD` as apko 1.2.30 reads it, or `bearer:HOST:TOKEN`
 * 2. user and password in the URL itself
 * 3. netrc: the file that `NETRC` names, otherwise `~/.netrc`
 * 4. `chainctl auth token` for `apk.cgr.dev`, or the host that `APKO_APK_HOST` names
 *
 * The last two name no scheme, so that they go over https, or to this machine, only.
 *
 * @throws WolfiError `NETRC_INVALID`, when the finder is asked
 */
export function credentialFinder(environment: Environment): FindCredential {
  const given = parseHttpAuth(environment["HTTP_AUTH"]);
  const netrc = netrcReader(environment);
  const chainguardHost = environment["APKO_APK_HOST"] || "apk.cgr.dev";
  let chainctl: ReturnType<typeof tokenOfChainctl> | undefined;
  return async (url, signal) => {
    if (given !== undefined && given.host.toLowerCase() === url.host) {
      return {
        authorization: given.authorization,
        advice: `The server refuses what HTTP_AUTH has for "${url.host}"`,
      };
    }
    if (url.username !== "" || url.password !== "") {
      const authorization = basic(decode(url.username), decode(url.password));
      return { authorization, advice: `The server refuses the user and password of the URL` };
    }
    const { file, entries } = await netrc();
    const login = findLogin(entries, url.hostname);
    if (login !== undefined && isConfidential(url)) {
      const authorization = basic(login.user, login.password);
      return { authorization, advice: `The server refuses the login of ${file}:${login.line}` };
    }
    if (url.host === chainguardHost && isConfidential(url)) {
      chainctl ??= tokenOfChainctl(chainguardHost, { environment, signal });
      const { token, problem } = await chainctl;
      const command = `chainctl auth token --audience ${chainguardHost}`;
      return token === undefined
        ? { authorization: undefined, advice: `"${command}" gave no token: ${problem}. Run it to see why` }
        : { authorization: basic("user", token), advice: `The server refuses the token of "${command}"` };
    }
    const advice =
      login === undefined
        ? `Name user and password for "${url.hostname}" in ${file}, or in HTTP_AUTH: docs/networks.md`
        : `The login of ${file}:${login.line} is used over https only: docs/networks.md`;
    return { authorization: undefined, advice };
  };
}

/**
 * Reads the value of `HTTP_AUTH`.
 *
 * @returns undefined for anything else, which apko ignores: other programs give the variable other forms
 */
export function parseHttpAuth(
  httpAuth: string | undefined,
): { readonly host: string; readonly authorization: string } | undefined {
  const [scheme, host, first, second, ...rest] = (httpAuth ?? "").split(":");
  if (host === undefined || first === undefined || rest.length > 0) return undefined;
  if (scheme === "basic" && second !== undefined) return { host, authorization: basic(first, second) };
  if (scheme === "bearer" && second === undefined) return { host, authorization: `Bearer ${first}` };
  return undefined;
}

/** Value of the header `Authorization`, or `Proxy-Authorization` (RFC 7617). */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** A text with a stray percent sign was not escaped and stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same URL without user and password. */
export function withoutCredential(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}

/** Whether nobody on the way can read what is sent. */
function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || isLoopback(hostname);
}

/** @param hostname as a URL has it: IPv6 in brackets */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
