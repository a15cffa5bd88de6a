import { loadImageConfiguration, type ValidConfiguration } from "../../apko/load-image-configuration.ts";
import { worldOf } from "../../apko/world.ts";
import { solve, type SolverIndex } from "../../solver/solve.ts";
import { indexOf } from "../../solver/testing/package-notation.ts";
import type { Answer } from "../explain-unsatisfiable.ts";

/** A configuration, `image.yaml`, that cannot be locked for x86_64. */
export interface UnsatisfiableCase {
  /** Also the name of its golden file. */
  readonly shows: string;
  /** Entries of `contents.packages`, a line each; or the files that are not that simple. */
  readonly packages: readonly string[] | Readonly<Record<string, string>>;
  /** Packages of x86_64 as lines of {@link indexOf}, by the label of their repository; "" has none. In index order. */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  /** The same for aarch64. @default the image is for x86_64 alone */
  readonly aarch64?: Readonly<Record<string, readonly string[]>>;
}

/** The files of a case, by their paths. */
export function filesOf({ packages, aarch64 }: UnsatisfiableCase): Readonly<Record<string, string>> {
  if (!Array.isArray(packages)) return packages as Readonly<Record<string, string>>;
  const archs = `archs: [x86_64${aarch64 === undefined ? "" : ", aarch64"}]\n`;
  const entries = (packages as readonly string[]).map((entry) => `    - "${entry}"\n`);
  return { "image.yaml": `contents:\n  packages:\n${entries.join("")}${archs}` };
}

/** Reads the configuration of a case. */
export async function configurationOf(files: Readonly<Record<string, string>>): Promise<ValidConfiguration> {
  const loaded = await loadImageConfiguration("image.yaml", (path) =>
    Promise.resolve(files[path] === undefined ? undefined : Buffer.from(files[path])),
  );
  if (loaded.kind === "invalid") throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded;
}

/** The indexes of x86_64, as in a folder. */
export function indexesOf(
  byLabel: Readonly<Record<string, readonly string[]>>,
  folder: string,
): readonly SolverIndex[] {
  return Object.entries(byLabel).map(([label, lines], at) => indexOf(lines, { label, url: `${folder}/${at}/x86_64` }));
}

/** What the solver answers for each architecture of a case. */
export function answersOf(
  { indexes, aarch64 }: UnsatisfiableCase,
  { configuration }: ValidConfiguration,
): readonly Answer[] {
  const answer = (architecture: string, byLabel: Readonly<Record<string, readonly string[]>>): Answer => {
    const given = indexesOf(byLabel, "/repository");
    const solution = solve(worldOf(configuration), given);
    return { architecture, indexes: given, unsolvable: solution.kind === "solved" ? undefined : solution };
  };
  return [answer("x86_64", indexes), ...(aarch64 === undefined ? [] : [answer("aarch64", aarch64)])];
}

const curl = [
  "curl 8.16.0-r0 needs libcurl=8.16.0-r0",
  "libcurl 8.16.0-r0 needs openssl",
  "curl 8.17.0-r0 needs libcurl=8.17.0-r0",
  "libcurl 8.17.0-r0 needs openssl>=3.5",
  "openssl 3.4.1-r0",
  "openssl 3.5.4-r0",
  "openssl 3.6.0-r0",
];
const libraries = ["lib 1.0-r0", "lib 1.1-r0", "lib 1.1-r1", "lib 1.9-r0", "lib 1.10-r0", "lib 2.0_rc1-r0"];

export const unsatisfiableCases: readonly UnsatisfiableCase[] = [
  // Names
  { shows: "a misspelt name", packages: ["bash", "tol"], indexes: { "": ["tool 1-r0", "toe 1-r0", "bash 5-r0"] } },
  {
    shows: "a name without its series",
    packages: ["nodejs"],
    indexes: { "": ["nodejs-22 22.1-r0", "nodejs-24 24.1-r0", "nodejs-9 9.0-r0", "nodejs-doc 1-r0", "nodej 1-r0"] },
  },
  {
    shows: "a command instead of its package",
    packages: ["psql"],
    indexes: { "": ["postgresql-17-client 17.2-r0 provides cmd:psql=17.2-r0 so:libpq.so.5=5.17"] },
  },
  {
    shows: "a library that is misspelt",
    packages: ["so:libssl.so.4"],
    indexes: { "": ["libssl3 3.6.0-r0 provides so:libssl.so.3=3", "libssl1 1.1-r0 provides so:libssl.so.1.1=1"] },
  },
  { shows: "a name that nothing resembles", packages: ["quux"], indexes: { "": ["bash 5-r0"] } },
  {
    shows: "a dependency that no repository has",
    packages: ["app"],
    indexes: { "": ["app 1.1-r0 needs lib", "lib 2-r0 needs so:libgone.so.1", "app 1.0-r0"] },
  },
  {
    shows: "a package of another architecture",
    packages: ["bash", "grub"],
    indexes: { "": ["bash 5-r0"] },
    aarch64: { "": ["bash 5-r0", "grub 2.12-r0"] },
  },
  {
    shows: "a version of another architecture",
    packages: ["lib>=2"],
    indexes: { "": ["lib 1.9-r0"] },
    aarch64: { "": ["lib 1.9-r0", "lib 2.0-r0"] },
  },

  // Versions
  { shows: "a version that is gone", packages: ["lib=1.1-r9"], indexes: { "": libraries } },
  { shows: "a version without its revision", packages: ["lib=1.1"], indexes: { "": ["lib 1.1-r2", "lib 1.1-r3"] } },
  { shows: "a version that is too new", packages: ["lib>=3"], indexes: { "": libraries } },
  { shows: "a version that is too old", packages: ["lib<1"], indexes: { "": libraries } },
  {
    shows: "a provided name in another version",
    packages: ["so:libz.so.1=2"],
    indexes: { "": ["zlib 1.3.1-r0 provides so:libz.so.1=1.3.1", "zlib-ng 2.2-r0 provides so:libz.so.1=1.2.13"] },
  },
  { shows: "two constraints that exclude each other", packages: ["lib<1.5", "lib>1.5"], indexes: { "": libraries } },
  {
    shows: "a version in an index that is none",
    packages: ["lib>1"],
    indexes: { "": ["lib latest", "other 1-r0 provides lib=newest"] },
  },

  // Chains
  { shows: "a dependency that a constraint excludes", packages: ["curl", "openssl<3.5"], indexes: { "": curl } },
  {
    shows: "a constraint in an included file",
    packages: {
      "image.yaml": "include: base.yaml\ncontents:\n  packages:\n    - curl>8.16.0-r0\narchs: [x86_64]\n",
      "base.yaml": "contents:\n  packages:\n    - tini\n    - openssl~3.4\n",
    },
    indexes: { "": [...curl, "tini 1-r0"] },
  },
  {
    shows: "two packages that need different versions",
    packages: ["tools", "web"],
    indexes: {
      "": [
        "tools 1-r0 needs lib",
        "web 1-r0 needs server",
        "server 4-r0 needs lib<2",
        "lib 1.9-r0 needs libc",
        "lib 2.0-r0 needs libc",
        "libc 1-r0",
      ],
    },
  },
  {
    shows: "packages that cannot be reconciled",
    packages: ["old", "new"],
    indexes: {
      "": ["old 1-r0 needs lib<2", "new 1-r0 needs lib>=2", "lib 1-r0 needs z", "lib 2-r0 needs z", "z 1-r0"],
    },
  },
  {
    shows: "a package that needs what it excludes",
    packages: ["app"],
    indexes: { "": ["app 1-r0 needs mid lib>2", "mid 1-r0 needs lib<2", "lib 1-r0", "lib 3-r0"] },
  },
  {
    shows: "a package that conflicts with an entry",
    packages: ["busybox", "apps"],
    indexes: { "": ["apps 9-r0 needs full", "full 1-r0 needs !busybox", "busybox 1-r0"] },
  },
  {
    shows: "a name that two packages provide",
    packages: ["mariadb", "mysql"],
    indexes: { "": ["mariadb 11-r0 provides cmd:mysql=11", "mysql 9-r0 provides cmd:mysql=9"] },
  },
  {
    shows: "providers of one name on the way",
    packages: ["one", "two"],
    indexes: {
      "": [
        "one 1-r0 needs x",
        "two 1-r0 needs y",
        "x 1-r0 needs z provides v=1",
        "y 1-r0 needs z provides v",
        "z 1-r0",
      ],
    },
  },
  {
    shows: "two versions of one package",
    packages: ["one", "two"],
    indexes: {
      "": ["one 1-r0 needs lib", "two 1-r0 needs w", "lib 2-r0 needs z", "lib 1-r0 needs z provides w", "z 1-r0"],
    },
  },
  {
    shows: "a package that provides its own name",
    packages: ["lib"],
    indexes: { "": ["lib 2-r0 needs z provides lib=2", "lib 1-r0 needs z", "z 1-r0"] },
  },
  {
    shows: "a dependency on what is no version",
    packages: ["app"],
    indexes: { "": ["app 2-r0 needs lib", "lib 3-r0 needs libc=new", "app 1-r0", "libc 1-r0"] },
  },
  {
    shows: "a provider that was chosen for another",
    packages: ["app", "web"],
    indexes: {
      "": [
        "app 1-r0 needs shell",
        "web 1-r0 needs dash",
        "bash 5-r0 needs libc provides shell=5",
        "dash 1-r0 needs libc provides shell=1",
        "libc 1-r0",
      ],
    },
  },

  // Labels
  {
    shows: "a package that needs its label",
    packages: ["lib>=2"],
    indexes: { "": ["lib 1.9-r0"], edge: ["lib 2.1-r0"] },
  },
  {
    shows: "a dependency that needs a label",
    packages: ["app"],
    indexes: { "": ["app 1-r0 needs lib"], edge: ["lib 2.1-r0"] },
  },

  // Architectures
  {
    shows: "the same problem for both architectures",
    packages: ["bash", "lib~3"],
    indexes: { "": [...libraries, "bash 5-r0"] },
    aarch64: { "": [...libraries, "bash 5-r0"] },
  },
  {
    shows: "another problem for each architecture",
    packages: ["lib>=3", "tol"],
    indexes: { "": ["tool 1-r0", "tol 1-r0", "lib 2-r0"] },
    aarch64: { "": ["tool 1-r0", "lib 3-r0"] },
  },
];
