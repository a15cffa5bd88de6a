/**
 * Where a vendored folder has what a URL names: `https://HOST:PORT/PATH` → `HOST+PORT/PATH`, unescaped as a server
 * would. As wolfi/private/origins.bzl has it.
 *
 * @returns undefined for what is no http(s) URL, holds a credential or a query, or could lead out of the folder
 */
export function vendoredPath(url: string): string | undefined {
  const [, host = "", port = "", path = ""] =
    /^https?:\/\/([A-Za-z0-9][A-Za-z0-9._-]*)(?::(\d+))?\/(.+)$/.exec(url) ?? [];
  const parts = path.split("/").map(unescapePart);
  if (parts.some((part) => part === undefined || ["", ".", ".."].includes(part) || UNSAFE.test(part))) return undefined;
  return [port === "" ? host : `${host}+${port}`, ...parts].join("/");
}

const UNSAFE = /[/\\?#:\p{Cc}]/u;

function unescapePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
