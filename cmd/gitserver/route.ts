/** What a request asks for, judged by its method and target alone. */
export type Route =
  | { readonly kind: "health" }
  /** The first request of a clone or fetch: which references are there. */
  | { readonly kind: "advertise"; readonly name: string }
  /** Each later one: the negotiation, ending with the pack. */
  | { readonly kind: "upload-pack"; readonly name: string }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface Refusal {
  readonly status: number;
  /** One sentence for a person; git shows it after "remote:". */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request. The paths are those of git's smart HTTP protocol, gitprotocol-http(5).
 *
 * @param target as in the request line, in origin form or absolute form
 */
export function findRoute(method: string, target: string): Route {
  const { path, query } = splitTarget(target);
  if (path === "/healthz") return allow(["GET", "HEAD"], method, { kind: "health" });
  const match = SMART_PATH.exec(path);
  if (match === null) return DUMB_PATH.test(path) ? refuse(403, SMART_ONLY) : refuse(404, "There is nothing here.");
  const name = match[1] ?? "";
  if (match[2] === "git-receive-pack") return refuse(403, READ_ONLY);
  if (match[2] === "git-upload-pack") return allow(["POST"], method, { kind: "upload-pack", name });
  return findAdvertisement(method, name, new URLSearchParams(query));
}

/** The path of a request target, still escaped, without host and query. */
export function targetPath(target: string): string {
  return splitTarget(target).path;
}

const SMART_PATH = /^\/(.+)\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const DUMB_PATH = /^\/.+\/(HEAD|objects\/.*|info\/.*)$/;
const READ_ONLY = "This server is read-only: pushes are refused.";
const SMART_ONLY = "This server speaks git's smart HTTP protocol only: files of a repository are not served.";

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  // Not `new URL()`: it takes "//host/…" for a host and resolves "..", so that what is checked is not what was sent.
  const relative = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const start = relative.search(/[?#]/);
  return start === -1
    ? { path: relative, query: "" }
    : { path: relative.slice(0, start), query: relative.slice(start + 1) };
}

function findAdvertisement(method: string, name: string, query: URLSearchParams): Route {
  switch (query.get("service")) {
    case "git-upload-pack":
      return allow(["GET"], method, { kind: "advertise", name });
    case "git-receive-pack":
      return refuse(403, READ_ONLY);
    case null:
      return refuse(403, SMART_ONLY);
    default:
      return refuse(403, "This service is not offered: only git-upload-pack is.");
  }
}

function allow(methods: readonly string[], method: string, route: Route): Route {
  if (methods.includes(method)) return route;
  const allowed = methods.join(", ");
  return refuse(405, `This path takes ${allowed} only.`, { Allow: allowed });
}

function refuse(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Route {
  return { kind: "refused", refusal: { status, message, headers } };
}
