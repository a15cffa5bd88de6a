import { type IndexPackage, type IndexPackages, parseIndexText } from "../../apk/apk-index.ts";
import { formatIndexText } from "../../apk/write-index.ts";
import type { SolverIndex } from "../package-set.ts";

const fields = ["needs", "provides", "install_if", "priority", "origin", "arch"] as const;
const usualArchitecture = "x86_64";
type Field = (typeof fields)[number];

/**
 * Makes an index of packages in one line each, the fields in any order:
 * `NAME VERSION [needs …] [provides …] [install_if …] [priority N] [origin NAME] [arch noarch]`.
 */
export function indexOf(lines: readonly string[], options: IndexOptions = {}): SolverIndex {
  const { label = "", url = "/repository/x86_64" } = options;
  return { label, url, packages: packagesOf(lines.map(packageOf)) };
}

/** Packages as an index has them, which is also how apko reads them: a list of one empty element is an empty one. */
export function packagesOf(packages: readonly IndexPackage[]): IndexPackages {
  return parseIndexText(formatIndexText(packages));
}

export interface IndexOptions {
  /** @default "" */
  readonly label?: string;
  /** @default "/repository/x86_64" */
  readonly url?: string;
}

/** Writes the line from which {@link packageOf} reads a package's fields. */
export function packageLine(entry: IndexPackage): string {
  const values: Readonly<Record<Field, readonly string[]>> = {
    needs: entry.dependencies,
    provides: entry.provides,
    install_if: entry.installIf,
    priority: entry.providerPriority === 0n ? [] : [String(entry.providerPriority)],
    origin: entry.origin === "" ? [] : [entry.origin],
    arch: entry.architecture === usualArchitecture ? [] : [entry.architecture],
  };
  const written = fields.flatMap((field) => (values[field].length === 0 ? [] : [field, ...values[field]]));
  return [entry.name, entry.version, ...written].join(" ");
}

/** Reads one line of {@link indexOf}. */
export function packageOf(line: string): IndexPackage {
  const [name, version, ...words] = line.split(" ");
  if (name === undefined || version === undefined) throw new Error(`no name and version: ${line}`);
  const values: Record<Field, string[]> = {
    needs: [],
    provides: [],
    install_if: [],
    priority: [],
    origin: [],
    arch: [],
  };
  let field: Field | undefined;
  for (const word of words) {
    const next = fields.find((each) => each === word);
    if (next !== undefined) field = next;
    else if (field === undefined) throw new Error(`"${word}" belongs to no field: ${line}`);
    else values[field].push(word);
  }
  return {
    name,
    version,
    architecture: values.arch[0] ?? usualArchitecture,
    dependencies: values.needs,
    provides: values.provides,
    installIf: values.install_if,
    providerPriority: BigInt(values.priority[0] ?? 0),
    origin: values.origin[0] ?? "",
    checksum: "",
    sizeBytes: 0n,
    installedSizeBytes: 0n,
    buildTime: 0n,
    description: "",
    url: "",
    license: "",
    maintainer: "",
    commit: "",
  };
}
