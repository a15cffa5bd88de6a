import { type IndexPackage } from "../../apk/apk-index.ts";
import { packageLine } from "../../solver/testing/package-notation.ts";
import { randomScenario } from "../../solver/testing/random-scenario.ts";
import { type Random, seededRandom } from "../../testing/seeded-random.ts";
import { keyNames, type LockScenario, type ScenarioRepository } from "./lock-scenario.ts";

/**
 * Makes a workspace with one to five repositories, in folders and on a server, and an image over them that is spread
 * over up to three files. Most can be locked; some cannot, for reasons of every kind.
 */
export function randomImage(seed: number): LockScenario {
  const random = seededRandom(seed);
  // What we refuse on purpose, though apko does not, is odd: operators that are none, conflicts in the world.
  const style = { strictness: random.pick([0.01, 0.01, 0.1]), oddity: 0, mostPackages: 3 };
  const { world, indexes } = randomScenario(seed, "", style);
  const architectures = [...new Map(random.picks(architectureTexts, 1, random.pick([1, 1, 2, 3]))).entries()];
  const repositories: Record<string, ScenarioRepository> = {};
  const lines: string[] = [];
  for (const [at, { label, packages }] of indexes.entries()) {
    const folder = `os/${at}`;
    repositories[folder] = randomRepository(random, [...packages], architectures);
    lines.push(...random.picks([repositoryText(random, folder, label)], 1, random.chance(0.1) ? 2 : 1));
  }
  if (random.chance(0.1)) {
    repositories["os/empty"] = randomRepository(random, [], architectures);
    lines.push(repositoryText(random, "os/empty", ""));
  }
  const parts = randomParts(random, { world, lines, architectures: architectures.map(([, text]) => text) });
  return { files: filesOf(parts, random), repositories };
}

/** How repositories name an architecture, and how a configuration may. */
const architectureTexts = [
  ["x86_64", "x86_64"],
  ["x86_64", "amd64"],
  ["aarch64", "aarch64"],
  ["aarch64", "arm64"],
  ["riscv64", "riscv64"],
  ["armv7", "armv7"],
  ["armv7", "arm/v7"],
  ["x86", "386"],
] as const;

function randomRepository(
  random: Random,
  packages: readonly IndexPackage[],
  architectures: readonly (readonly [string, string])[],
): ScenarioRepository {
  const fitting = packages.filter(({ dependencies, installIf }) => ![...dependencies, ...installIf].includes(""));
  const supervisor = random.chance(0.5) ? ["s6 2-r0"] : [];
  return {
    architectures: random.chance(0.95) ? architectures.map(([name]) => name) : ["x86_64"],
    packages: [
      ...new Map(
        fitting.map((entry) => {
          const architecture = random.chance(0.05) ? "noarch" : entry.architecture;
          return [`${entry.name}-${entry.version}`, packageLine({ ...entry, architecture })];
        }),
      ).values(),
      ...supervisor,
    ],
    signedBy: random.chance(0.97) ? [...new Set(random.picks(keyNames, 1, 2))] : [],
    arePackagesSigned: random.chance(0.5),
  };
}

function repositoryText(random: Random, folder: string, label: string): string {
  const url = `${random.pick(["./", "", "SERVER/"])}${folder}${random.pick(["", "", "/", "//"])}`;
  return label === "" ? url : `@${label} ${url}`;
}

/** What one file of the configuration says. */
interface Part {
  readonly build: string[];
  readonly runtime: string[];
  readonly repositories: string[];
  readonly keyring: string[];
  readonly packages: string[];
  readonly archs: readonly string[];
  readonly isBundle: boolean;
}

interface Whole {
  readonly world: readonly string[];
  readonly lines: readonly string[];
  readonly architectures: readonly string[];
}

function randomParts(random: Random, { world, lines, architectures }: Whole): readonly Part[] {
  const parts = Array.from({ length: random.pick([1, 1, 2, 3]) }, (_, at): Part => {
    const lists = { build: [], runtime: [], repositories: [], keyring: [], packages: [] };
    // Without any architecture all nine are locked, which takes long.
    const isNamed = at === 0 ? random.chance(0.97) : random.chance(0.3);
    return { ...lists, archs: isNamed ? architectures : [], isBundle: random.chance(0.08) };
  });
  for (const line of lines) {
    const part = random.pick(parts);
    random.pick([part.build, part.repositories, part.repositories, part.repositories]).push(line);
    if (random.chance(0.1)) random.pick(parts).repositories.push(line);
  }
  if (random.chance(0.3)) random.pick(parts).runtime.push(random.pick(["./none", "./none/", "@r r"]));
  for (const entry of world) {
    random.pick(parts).packages.push(entry);
    if (random.chance(0.1)) random.pick(parts).packages.push(random.pick([entry, `${entry} ${entry}`]));
  }
  const keys = random.chance(0.93) ? keyNames : random.picks(keyNames, 0, 2);
  for (const name of keys) {
    random.pick(parts).keyring.push(`${random.pick(["", "./", "SERVER/"])}keys/${name}.rsa.pub`);
  }
  if (random.chance(0.1)) random.pick(parts).keyring.push("keys/two.rsa.pub");
  if (random.chance(0.03))
    random.pick(parts).keyring.push(random.pick(["keys/none.rsa.pub", "keys/wrong/one.rsa.pub"]));
  return parts;
}

/** The last part is that of `image.yaml`, which includes the one before, and so on. */
function filesOf(parts: readonly Part[], random: Random): Readonly<Record<string, string>> {
  const paths = ["image.yaml", "base/middle.yaml", "base.yaml"].slice(0, parts.length);
  return Object.fromEntries(paths.map((path, at) => [path, textOf(parts[at]!, paths[at + 1], random)]));
}

function textOf(part: Part, include: string | undefined, random: Random): string {
  const lists = [
    listText("build_repositories", part.build, random),
    listText("runtime_repositories", part.runtime, random),
    listText("repositories", part.repositories, random),
    listText("keyring", part.keyring, random),
    listText("packages", part.packages, random),
  ];
  const contents = lists.join("");
  const blocks = [
    ...(include === undefined ? [] : [`include: ${random.pick([include, `"${include}"`, `'${include}' # first`])}\n`]),
    ...(contents === "" ? [] : [`contents:\n${contents}`]),
    ...(part.archs.length === 0 ? [] : [`archs: [${part.archs.join(", ")}]\n`]),
    ...(part.isBundle ? ["entrypoint:\n  type: service-bundle\n"] : []),
    ...random.picks(otherBlocks, 0, 1),
    ...(random.chance(0.03) ? [random.pick(badBlocks)] : []),
  ];
  const text = random.chance(0.2) ? blocks.toReversed().join("\n") : blocks.join("");
  return random.chance(0.1) ? text.replaceAll("\n", "\r\n") : text;
}

/** What changes nothing in a lockfile but the checksum. */
const otherBlocks = [
  "# A comment counts for the checksum: \u00e9\n",
  "annotations: &all\n  A: b\nenvironment:\n  <<: *all\n  PATH: /bin\n",
  "accounts:\n  groups:\n    - {groupname: g, gid: 1}\n  users:\n    - username: u\n      uid: 1_000\n  run-as: u\n",
  "paths:\n  - path: /a\n    type: directory\n    permissions: 0o755\n",
  "cmd: |\n  a\n  b\nwork-dir: /w\n",
  "layering: {strategy: origin, budget: 3}\n",
  "volumes: [/v]\nvcs-url: 1.10\nstop-signal: 9\n",
];

const badBlocks = ["accounts:\n  users:\n    - {uid: 5}\n", "bogus: 1\n", "---\nsecond: document\n"];

function listText(name: string, values: readonly string[], random: Random): string {
  if (values.length === 0) return random.chance(0.1) ? `  ${name}:${random.pick(["", " []", " ~"])}\n` : "";
  const quoted = values.map((value) => (random.chance(0.4) || /^[@!~]|[#&*]/.test(value) ? `"${value}"` : value));
  if (random.chance(0.2)) return `  ${name}: [${values.map((value) => `'${value}'`).join(", ")}]\n`;
  const anchored = random.chance(0.1) && values.length > 1 && values[0] === values[1];
  const items = anchored ? [`&x ${quoted[0]!}`, "*x", ...quoted.slice(2)] : quoted;
  const comment = random.chance(0.1) ? "    # why\n\n" : "";
  return `  ${name}:\n${comment}${items.map((item) => `    - ${item}\n`).join("")}`;
}
