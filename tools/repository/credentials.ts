/** User and password for one host. */
export interface Credential {
  /** As in a URL, with the port where that is not the scheme's own: `apk.example.com`, `localhost:8080`. */
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

/**
 * Reads the value of `HTTP_AUTH` as apko 1.2.30 does: `basic:HOST:USER:PASSWORD`.
 *
 * @returns undefined for anything else, which apko ignores: other programs give the variable other forms
 */
export function parseHttpAuth(httpAuth: string | undefined): Credential | undefined {
  const [scheme, host, user, password, ...rest] = (httpAuth ?? "").split(":");
  if (scheme !== "basic" || host === undefined || user === undefined || password === undefined) return undefined;
  return rest.length > 0 ? undefined : { host, user, password };
}

/**
 * Takes user and password out of a URL, since `fetch` refuses them there, and finds those to send: the given ones for
 * this host, otherwise the URL's own.
 */
export function separateCredential(
  url: URL,
  credentials: readonly Credential[],
): { readonly url: URL; readonly authorization: string | undefined } {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  const given = credentials.find(({ host }) => host === url.host);
  if (given !== undefined) return { url: bare, authorization: basic(given.user, given.password) };
  if (url.username === "" && url.password === "") return { url: bare, authorization: undefined };
  return { url: bare, authorization: basic(decode(url.username), decode(url.password)) };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** A text with a stray percent sign was not escaped and stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
