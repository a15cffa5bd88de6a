import { compareVersions, parseVersion } from "../apk/version.ts";
import { nearestNames } from "../error/nearest-name.ts";
import type { SolverIndex } from "../solver/solve.ts";

const most = 3;

/**
 * Names that exist and may have been meant by one that does not, at most three: the command of that name (`psql` →
 * `cmd:psql`), its series, newest first (`nodejs` → `nodejs-24`, `nodejs-22`), and names that differ by a few letters.
 */
export function nearMisses(name: string, indexes: readonly SolverIndex[]): readonly string[] {
  const names = namesOf(indexes);
  const command = names.has(`cmd:${name}`) ? [`cmd:${name}`] : [];
  return [...new Set([...command, ...seriesOf(name, names), ...nearestNames(name, names, most)])].slice(0, most);
}

/** Every name that a package has or provides; packages' own first. */
function namesOf(indexes: readonly SolverIndex[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { packages } of indexes) for (const name of packages.names()) names.add(name);
  for (const { packages } of indexes) {
    for (const text of packages.provides()) {
      const end = text.search(VERSION_OR_LABEL);
      names.add(end === -1 ? text : text.slice(0, end));
    }
  }
  names.delete("");
  return names;
}

const VERSION_OR_LABEL = /[=<>~@]/;

function seriesOf(name: string, names: ReadonlySet<string>): readonly string[] {
  const series = [...names].flatMap((candidate) => {
    const rest =
      candidate.startsWith(`${name}-`) || candidate.startsWith(`${name}.`) ? candidate.slice(name.length + 1) : "";
    const version = /^\d[\d.]*$/.test(rest) ? parseVersion(rest) : undefined;
    return version === undefined ? [] : [{ candidate, version }];
  });
  return series.sort((a, b) => compareVersions(b.version, a.version)).map(({ candidate }) => candidate);
}
