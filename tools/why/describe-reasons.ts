import type { Edge, Installed, Reason } from "./dependency-graph.ts";

const MOST_REASONS = 3;

/**
 * Says in one clause why one package brings in another; "" where it just asks for its name:
 * `so:libz.so.1`, `git>=2.40`, `so:libcurl.so.4, also in libcurl-gnutls`, `install_if: docs man`.
 */
export function describeReasons(reasons: readonly Reason[], to: Installed): string {
  // A name says no more than the package that has it.
  const telling = reasons.map((reason) => describeReason(reason)).filter((text) => text !== to.name);
  const distinct = [...new Set(telling)];
  const more = distinct.length > MOST_REASONS ? [`${distinct.length - MOST_REASONS} more`] : [];
  return [...distinct.slice(0, MOST_REASONS), ...more].join(", ");
}

/** The package that an edge leads to, and why: `zlib (so:libz.so.1)`. */
export function describeStep({ to, reasons }: Pick<Edge<unknown>, "to" | "reasons">): string {
  const why = describeReasons(reasons, to);
  return why === "" ? to.name : `${to.name} (${why})`;
}

function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case "base-image":
      return "in the base image";
    case "install-if":
      return `install_if: ${reason.words.join(" ")}`;
    case "dependency": {
      const { constraint, isMet, alternatives } = reason;
      if (!isMet) return `${constraint}, which it does not meet`;
      return alternatives.length === 0 ? constraint : `${constraint}, also in ${alternatives.join(", ")}`;
    }
  }
}
