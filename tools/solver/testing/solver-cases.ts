import { indexOf, packageLine } from "./package-notation.ts";
import type { Scenario } from "./random-scenario.ts";

/** A small world with apko's answer. Both we and real apko are asked: solve.test.ts, solve.oracle.test.ts. */
export interface SolverCase {
  readonly shows: string;
  /**
   * Packages as lines of {@link indexOf}, by the label of their repository; "" has none. In index order: "", then the
   * labels in byte order. A line `---` begins another repository of the same label.
   */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Sorted, apart with spaces. */
  readonly world: string;
  /** `NAME=VERSION` of the packages in order, apart with spaces, or lines of a reason after `unsatisfiable: `. */
  readonly answer: string;
  /** apko is random here, and ours is one of its answers. */
  readonly isRandom?: true;
}

/** The world and the indexes of a case, these as in a folder. */
export function scenarioOf({ packages, world }: Pick<SolverCase, "packages" | "world">, folder: string): Scenario {
  const repositories = Object.entries(packages).flatMap(([label, lines]) =>
    splitAt(lines, separator).map((own) => ({ label, lines: own })),
  );
  const indexes = repositories.map(({ label, lines }, at) => indexOf(lines, { label, url: `${folder}/${at}/x86_64` }));
  return { world: world.split(" ").filter((entry) => entry !== ""), indexes };
}

/** Writes a scenario as {@link solverCases} lists it, to be pasted there. */
export function formatSolverCase({ world, indexes }: Scenario, { shows, answer }: FormatSolverCaseOptions): string {
  const byLabel = Map.groupBy(indexes, ({ label }) => label);
  const packages = [...byLabel].map(([label, own]) => {
    const lines = own.flatMap((index, at) => [
      ...(at === 0 ? [] : [separator]),
      ...Array.from(index.packages, packageLine),
    ]);
    return `      ${JSON.stringify(label)}: [${lines.map((line) => JSON.stringify(line)).join(", ")}],\n`;
  });
  return `  {
    shows: ${JSON.stringify(shows)},
    packages: {
${packages.join("")}    },
    world: ${JSON.stringify(world.join(" "))},
    answer: ${JSON.stringify(answer)},
  },
`;
}

export interface FormatSolverCaseOptions {
  readonly shows: string;
  readonly answer: string;
}

const separator = "---";

function splitAt(lines: readonly string[], mark: string): readonly (readonly string[])[] {
  const at = lines.indexOf(mark);
  return at === -1 ? [lines] : [lines.slice(0, at), ...splitAt(lines.slice(at + 1), mark)];
}

export const solverCases: readonly SolverCase[] = [
  // Order
  {
    shows: "an empty world needs nothing",
    packages: { "": ["a 1"] },
    world: "",
    answer: "",
  },
  {
    shows: "dependencies come before what needs them, each once",
    packages: { "": ["a 1 needs b c", "b 1 needs d", "c 1 needs d", "d 1"] },
    world: "a",
    answer: "d=1 b=1 c=1 a=1",
  },
  {
    shows: "entries of the world keep its order",
    packages: { "": ["c 1", "b 1", "a 1 needs c"] },
    world: "a b c",
    answer: "c=1 a=1 b=1",
  },
  {
    shows: "a cycle ends at the package that began it",
    packages: { "": ["a 1 needs b", "b 1 needs c", "c 1 needs a"] },
    world: "a",
    answer: "c=1 b=1 a=1",
  },
  {
    shows: "fewest candidates first: b is decided before a, and of equal ones the first in byte order",
    packages: { "": ["x 1 needs a c b", "a 1", "a 2", "b 1", "c 1"] },
    world: "x",
    answer: "b=1 c=1 a=2 x=1",
  },
  {
    shows: "fewest candidates first: b excludes a newer a, which would have excluded the only b",
    packages: { "": ["x 1 needs a b", "a 1", "a 2 provides v=1", "b 1 provides v=1"] },
    world: "x",
    answer: "b=1 a=1 x=1",
  },
  {
    shows: "fewest candidates first in the world as well",
    packages: { "": ["a 1", "a 2 provides v=1", "b 1 provides v=1"] },
    world: "a b",
    answer: "a=1 b=1",
  },
  {
    shows: "a package that needs an older version of itself ends as that, whose dependencies are not looked for",
    packages: { "": ["a 1 needs z", "a 2 needs a<2", "z 1"] },
    world: "a",
    answer: "a=1",
  },

  // Versions
  {
    shows: "the newest version wins, wherever it stands",
    packages: { "": ["a 1.9", "a 1.10", "a 1.2"] },
    world: "a",
    answer: "a=1.10",
  },
  {
    shows: "a release is newer than its pre-releases",
    packages: { "": ["a 2_rc1", "a 2_rc2", "a 2", "a 1_p1"] },
    world: "a",
    answer: "a=2",
  },
  {
    shows: "a fuzzy constraint of the world",
    packages: { "": ["a 1.2.9", "a 1.3", "a 1.20", "a 1.2.10"] },
    world: "a~1.2",
    answer: "a=1.2.10",
  },
  {
    shows: "an upper bound from a dependency holds for the world as well",
    packages: { "": ["a 1", "a 2", "b 1 needs a<2"] },
    world: "a<2 b",
    answer: "a=1 b=1",
  },
  {
    shows: "the world is decided first, so that a dependency's bound comes too late",
    packages: { "": ["a 1", "a 2", "b 1 needs a<2"] },
    world: "a b",
    answer: "a=2 b=1",
  },
  {
    shows: "a second dependency's bound is not met by the package that was selected for the first",
    packages: { "": ["a 1", "a 2 needs z", "b 1 needs a", "c 1 needs a<2", "z 1"] },
    world: "b c",
    answer:
      'unsatisfiable: solving "c" constraint: resolving "c-1.apk" deps:\nwe already selected "a=2" which conflicts with "a<2"',
  },
  {
    shows: "without dependencies a package is never selected: two versions are chosen, and the first stays",
    packages: { "": ["a 1", "a 2", "b 1 needs a", "c 1 needs a<2"] },
    world: "b c",
    answer: "a=2 b=1 c=1",
  },
  {
    shows: "an entry of the world goes unmet where another version of its package is there already",
    packages: { "": ["a 1 provides w", "a 2 provides v", "b 1 needs w"] },
    world: "b v",
    answer: "a=1 b=1",
  },
  {
    shows: "of two versions that dependencies choose the first stays, and what the second needs comes as well",
    packages: {
      "": [
        "x 1 needs c d e",
        "c 1 needs z",
        "z 1",
        "d 1 needs v",
        "e 1 needs w",
        "a 1 needs c provides v",
        "a 2 needs y provides w",
        "y 1",
      ],
    },
    world: "x",
    answer: "z=1 c=1 a=1 d=1 y=1 e=1 x=1",
  },
  {
    shows: "versions beyond a double's precision are told apart",
    packages: { "": ["a 9007199254740993", "a 9007199254740992"] },
    world: "a",
    answer: "a=9007199254740993",
  },
  {
    shows: "of invalid versions the first is taken, where there is no valid one",
    packages: { "": ["a one", "a two", "b one", "b 0", "b two"] },
    world: "a b",
    answer: "a=one b=0",
  },
  {
    shows: "a package of an invalid version does not meet its own name, and ends as a cycle",
    packages: { "": ["a x needs a"] },
    world: "a",
    answer: "a=x",
  },
  {
    shows: "an operator that is none accepts any version",
    packages: { "": ["a 1", "a 2"] },
    world: "a~=1",
    answer: "a=2",
  },

  // Provides
  {
    shows: "a virtual name is met by its provider",
    packages: { "": ["busybox 1 provides cmd:sh", "a 1 needs cmd:sh"] },
    world: "a",
    answer: "busybox=1 a=1",
  },
  {
    shows: "of two providers, that with the higher version of the name wins",
    packages: { "": ["a 9 provides v=1", "b 1 provides v=2"] },
    world: "v",
    answer: "b=1",
  },
  {
    shows: "of two providers, that with the higher priority wins, unless their versions of the name differ",
    packages: {
      "": [
        "a 1 provides v priority 10",
        "b 2 provides v priority 5",
        "c 3 provides w=2",
        "d 1 provides w=1 priority 9",
      ],
    },
    world: "v w",
    answer: "a=1 c=3",
  },
  {
    shows: "priorities are unsigned and of 64 bits",
    packages: { "": ["a 1 provides v priority 18446744073709551614", "b 1 provides v priority 18446744073709551615"] },
    world: "v",
    answer: "b=1",
  },
  {
    shows: "without priorities the provider of the higher version wins, then the first by name",
    packages: { "": ["c 1 provides v", "b 2 provides v", "a 2 provides v"] },
    world: "v",
    answer: "a=2",
  },
  {
    shows: "a versioned provide meets a constraint",
    packages: { "": ["a 9 provides v=1", "b 1 provides v=2"] },
    world: "v<2",
    answer: "a=9",
  },
  {
    shows: "a provide without version meets a constraint by its package's version",
    packages: { "": ["a 1 provides v"] },
    world: "v>=1",
    answer: "a=1",
  },
  {
    shows: "a constraint is met by the version of a provide of another name",
    packages: { "": ["a 1 provides v w=5"] },
    world: "v>4",
    answer: "a=1",
  },
  {
    shows: "one provide that does not satisfy excludes its package, though another of that name does",
    packages: { "": ["a 1 provides v=1 v=3"] },
    world: "v>2",
    answer:
      'unsatisfiable: solving "v>2" constraint:   a-1.apk disqualified because "a-1.apk" provides "v=1" which does not satisfy "v>2"\n' +
      '  a-1.apk disqualified because "a-1.apk" provides "v=1" which does not satisfy "v>2"',
  },
  {
    shows: "the first provide of a name counts where two are compared",
    packages: { "": ["a 1 provides v=1 v=3", "b 1 provides v=2"] },
    world: "v",
    answer: "b=1",
  },
  {
    shows: "a package meets what it needs by its own provides, in whatever version",
    packages: { "": ["a 1 needs v>5 a>=1 provides v=1"] },
    world: "a",
    answer: "a=1",
  },
  {
    shows: "a selected package meets a later dependency by its own version",
    packages: { "": ["a 3 needs z provides v=1", "b 1 needs a", "c 1 needs v>2", "z 1"] },
    world: "b c",
    answer: "z=1 a=3 b=1 c=1",
  },
  {
    shows: "a selected package is not good for a constraint by its provide's version, unless that is equal",
    packages: { "": ["a 1 needs z provides v=5", "b 1 needs a", "c 1 needs v>2", "z 1"] },
    world: "b c",
    answer:
      'unsatisfiable: solving "c" constraint: resolving "c-1.apk" deps:\nwe already selected "a=1" which conflicts with "v>2"',
  },
  {
    shows: "a library's own number is older than any package's version",
    packages: { "": ["new 1 provides so:x=1.2-r0", "old 1 provides so:x=9", "a 1 needs so:x"] },
    world: "a",
    answer: "new=1 a=1",
  },
  {
    shows: "a package whose own version is invalid meets no constraint, whatever it provides",
    packages: { "": ["a x provides v=2"] },
    world: "v>1",
    answer: 'unsatisfiable: solving "v>1" constraint: not in indexes',
  },
  {
    shows: "a selected package is not good for an invalid version",
    packages: { "": ["a 1 needs z", "b 1 needs a", "c 1 needs a==x", "z 1"] },
    world: "b c",
    answer: 'unsatisfiable: solving "c" constraint: resolving "c-1.apk" deps:\ninvalid version x, could not parse',
  },
  {
    shows: "mixed versioned and unversioned providers are compared in index order",
    packages: { "": ["a 9 provides v=1", "b 5 provides v", "c 3 provides v=2"] },
    world: "v",
    answer: "c=3",
    isRandom: true,
  },

  // Conflicts
  {
    shows: "a versioned provide excludes whatever else has the name",
    packages: { "": ["a 1 provides v=1", "b 1 needs v", "v 2"] },
    world: "a b",
    answer: "a=1 b=1",
  },
  {
    shows: "providers of a name without version stand beside each other",
    packages: { "": ["a 1 provides v", "b 1 provides v"] },
    world: "a b",
    answer: "a=1 b=1",
  },
  {
    shows: "providers of a versioned name do not",
    packages: { "": ["a 1 provides v=1", "b 1 provides v=1"] },
    world: "a b",
    answer: 'unsatisfiable: solving "b" constraint:   b-1.apk disqualified because a-1.apk already provides v',
  },
  {
    shows: "a provide without version excludes the package of that name, and then has it to itself",
    packages: { "": ["a 1 provides v", "v 2"] },
    world: "a v",
    answer: "a=1",
  },
  {
    shows: "a provide without version excludes providers with one",
    packages: { "": ["a 1 provides v", "b 1 provides v=1"] },
    world: "a b",
    answer: 'unsatisfiable: solving "b" constraint:   b-1.apk disqualified because a-1.apk already provides v',
  },
  {
    shows: "two selected packages may provide the same name without version",
    packages: { "": ["a 1 needs z provides v", "b 1 needs z provides v", "z 1"] },
    world: "a b",
    answer: "z=1 a=1 b=1",
  },
  {
    shows: "a conflict does not replace an earlier reason",
    packages: { "": ["c 1 needs b<2 x", "b 3 provides w", "b 0 provides w", "b 1 provides w", "x 1 provides w=1"] },
    world: "c",
    answer:
      'unsatisfiable: solving "c" constraint: resolving "c-1.apk" deps:\n' +
      'solving "b<2" constraint:   b-3.apk disqualified because "3" does not satisfy "b<2"\n' +
      "  b-0.apk disqualified because x-1.apk already provides w\n" +
      "  b-1.apk disqualified because x-1.apk already provides w",
  },
  {
    shows: "!b excludes b, so that its other provider is taken",
    packages: { "": ["a 1 needs !b v", "b 9 provides v", "c 1 provides v"] },
    world: "a",
    answer: "c=1 a=1",
  },
  {
    shows: "!b<2 excludes only the versions that it names",
    packages: { "": ["a 1 needs !b>1 b", "b 1", "b 2"] },
    world: "a",
    answer: "b=1 a=1",
  },
  {
    shows: "!b comes too late for what was decided before, which then fails the second time it is looked for",
    packages: { "": ["a 1 needs !b", "b 1"] },
    world: "a b",
    answer:
      'unsatisfiable: solving "b" constraint: solving "b" constraint:   b-1.apk disqualified because excluded by !b',
  },
  {
    shows: "the world cannot exclude a package",
    packages: { "": ["a 1", "b 1"] },
    world: "!b a",
    answer: 'unsatisfiable: solving "!b" constraint: nothing provides "!b"',
  },
  {
    shows: "a package that provides its own name conflicts with itself once it is selected",
    packages: { "": ["a 1 needs b provides a=1", "b 1"] },
    world: "a",
    answer:
      'unsatisfiable: solving "a" constraint: resolving "a-1.apk" deps:\nselecting package a-1.apk conflicts with a-1.apk on "a"',
  },

  // Origins and packages that are already there
  {
    shows: "the version of an origin that is already there is preferred to a newer one",
    packages: { "": ["a 1 origin o", "b 1 provides v origin o", "c 2 provides v", "d 1 needs v"] },
    world: "a d",
    answer: "a=1 b=1 d=1",
  },
  {
    shows: "a package of the world is preferred for a name that it provides",
    packages: { "": ["a 1 needs v", "b 1 provides v", "c 2 provides v"] },
    world: "a b",
    answer: "b=1 a=1",
  },
  {
    shows: "a dependency of a dependency is preferred for a name that it provides",
    packages: { "": ["x 1 needs b w", "b 1 needs c", "c 1 provides w", "d 9 provides w"] },
    world: "x",
    answer: "c=1 b=1 x=1",
  },
  {
    shows: "a dependency itself is not",
    packages: { "": ["x 1 needs b w", "b 1 provides w", "d 9 provides w"] },
    world: "x",
    answer: "b=1 d=9 x=1",
  },
  {
    shows: "so is the origin of a dependency of a dependency",
    packages: { "": ["x 1 needs b w", "b 1 needs c", "c 1 origin o", "d 1 provides w origin o", "e 9 provides w"] },
    world: "x",
    answer: "c=1 b=1 d=1 x=1",
  },
  {
    shows: "the package of the world stays preferred where another version of it was brought in",
    packages: { "": ["a 1 provides w n", "a 2 needs y provides v n", "b 1 needs w", "c 1 needs n", "y 1"] },
    world: "b c v",
    answer: "a=1 b=1 y=1 c=1",
  },

  // Labels
  {
    shows: "packages of a labelled repository are not chosen unless the world pins it",
    packages: { "": ["a 1"], edge: ["a 2"] },
    world: "a",
    answer: "a=1",
  },
  {
    shows: "a pin prefers its repository, even to a newer version",
    packages: { "": ["a 3"], edge: ["a 2"] },
    world: "a@edge",
    answer: "a=2",
  },
  {
    shows: "a pin allows its repository for dependencies, but prefers those without label",
    packages: { "": ["b 1"], edge: ["a 1 needs b c", "b 2", "c 2"] },
    world: "a@edge",
    answer: "c=2 b=1 a=1",
  },
  {
    shows: "a labelled package that is not allowed counts as missing",
    packages: { "": ["b 1 needs a"], edge: ["a 1"] },
    world: "b",
    answer: 'unsatisfiable: solving "b" constraint: resolving "b-1.apk" deps:\nsolving "a" constraint: not in indexes',
  },
  {
    shows: "a labelled package that is there already is allowed for others",
    packages: { "": ["b 1 needs a"], edge: ["a 1"] },
    world: "a@edge b",
    answer: "a=1 b=1",
  },
  {
    shows: "but not another version of it",
    packages: { "": ["b 1 needs a>1"], edge: ["a 1 provides v", "a 2"] },
    world: "b v@edge",
    answer:
      'unsatisfiable: solving "b" constraint: resolving "b-1.apk" deps:\n' +
      'solving "a>1" constraint:   a-1.apk disqualified because "1" does not satisfy "a>1"',
  },
  {
    shows: "!b@edge excludes packages of that label as well",
    packages: { "": ["b 1"], edge: ["a 1 needs !b@edge b", "b 2"] },
    world: "a@edge",
    answer:
      'unsatisfiable: solving "a@edge" constraint: resolving "a-1.apk" deps:\n' +
      'solving "b" constraint:   b-1.apk disqualified because excluded by !b@edge\n' +
      "  b-2.apk disqualified because excluded by !b@edge",
  },

  // install_if
  {
    shows: "install_if fires when all its names are among the dependencies",
    packages: { "": ["a 1 needs b c", "b 1", "c 1", "b-c 1 install_if b c", "b-d 1 install_if b d"] },
    world: "a",
    answer: "b=1 c=1 b-c=1 a=1",
  },
  {
    shows: "install_if does not see the entry of the world itself",
    packages: { "": ["a 1", "a-doc 1 install_if a"] },
    world: "a",
    answer: "a=1",
  },
  {
    shows: "install_if with a version fires for that version only",
    packages: { "": ["a 1 needs b", "b 2", "b-one 1 install_if b=1", "b-two 1 install_if b=2"] },
    world: "a",
    answer: "b=2 b-two=1 a=1",
  },
  {
    shows: "the dependencies of what install_if adds are not resolved",
    packages: { "": ["a 1 needs b", "b 1", "c 1 needs d install_if b", "d 1"] },
    world: "a",
    answer: "b=1 c=1 a=1",
  },
  {
    shows: "what install_if adds may set off another",
    packages: { "": ["a 1 needs b", "b 1", "c 1 install_if b", "d 1 install_if c"] },
    world: "a",
    answer: "b=1 c=1 d=1 a=1",
    isRandom: true,
  },
  {
    shows: "what install_if adds sets off nothing where apko's map has to grow for it: at nine entries",
    packages: {
      "": [
        "a 1 needs b1 b2 b3 b4 b5 b6 b7 b8",
        ...[1, 2, 3, 4, 5, 6, 7, 8].map((at) => `b${at} 1`),
        "c 1 install_if b8",
        "d 1 install_if c",
      ],
    },
    world: "a",
    answer: "b1=1 b2=1 b3=1 b4=1 b5=1 b6=1 b7=1 b8=1 c=1 a=1",
  },
  {
    shows: "and at fifteen, where it was made for more than eight",
    packages: {
      "": [
        "a 1 needs b01 b02 b03 b04 b05 b06 b07 b08 b09 b10 b11 b12 b13 b14",
        ...Array.from({ length: 14 }, (_, at) => `b${String(at + 1).padStart(2, "0")} 1`),
        "c 1 install_if b14",
        "d 1 install_if c",
      ],
    },
    world: "a",
    answer: "b01=1 b02=1 b03=1 b04=1 b05=1 b06=1 b07=1 b08=1 b09=1 b10=1 b11=1 b12=1 b13=1 b14=1 c=1 a=1",
  },
  {
    shows: "what install_if adds counts for what a later dependency sets off",
    packages: { "": ["a 1 needs b z", "b 1", "c 1 install_if b", "d 1 install_if c z", "z 1"] },
    world: "a",
    answer: "b=1 z=1 c=1 d=1 a=1",
    isRandom: true,
  },
  {
    shows: "install_if adds in the order of the dependencies that set it off",
    packages: { "": ["a 1 needs b c", "b 1", "c 1", "x 1 install_if c", "y 1 install_if b"] },
    world: "a",
    answer: "b=1 c=1 y=1 x=1 a=1",
    isRandom: true,
  },

  // Reasons
  {
    shows: "an unknown package of the world",
    packages: { "": ["a 1"] },
    world: "nope",
    answer: 'unsatisfiable: solving "nope" constraint: nothing provides "nope"',
  },
  {
    shows: "a version that is not in the indexes: every other one is listed",
    packages: { "": ["a 1", "a 2"] },
    world: "a=3",
    answer:
      'unsatisfiable: solving "a=3" constraint:   a-1.apk disqualified because "1" does not satisfy "a=3"\n' +
      '  a-2.apk disqualified because "2" does not satisfy "a=3"',
  },
  {
    shows: "an invalid version in the world",
    packages: { "": ["a 1"] },
    world: "a>latest",
    answer:
      'unsatisfiable: constraining initial packages: parsing constraint "a>latest": invalid version latest, could not parse',
  },
  {
    shows: "an invalid version in a dependency",
    packages: { "": ["a 1 needs b=x", "b 1"] },
    world: "a",
    answer:
      'unsatisfiable: solving "a" constraint: resolving "a-1.apk" deps:\n' +
      'constraining deps: parsing constraint "b=x": invalid version x, could not parse',
  },
  {
    shows: "an invalid version in an index",
    packages: { "": ["a x", "b 1 provides a=z"] },
    world: "a>1",
    answer:
      'unsatisfiable: solving "a>1" constraint:   a-x.apk disqualified because parsing version "x" failed: invalid version x, could not parse\n' +
      '  b-1.apk disqualified because parsing "z": invalid version z, could not parse',
  },
  {
    shows: "the chain of packages to an unmet dependency",
    packages: { "": ["a 1 needs b", "b 2 needs c", "c 3 needs d>1"] },
    world: "a",
    answer:
      'unsatisfiable: solving "a" constraint: resolving "a-1.apk" deps:\n' +
      'solving "b" constraint: resolving "b-2.apk" deps:\n' +
      'solving "c" constraint: resolving "c-3.apk" deps:\n' +
      'solving "d>1" constraint: nothing provides "d"',
  },
  {
    shows: "two spaces in a list are a dependency on no name",
    packages: { "": ["a 1 needs b  c", "b 1", "c 1"] },
    world: "a",
    answer:
      'unsatisfiable: solving "a" constraint: resolving "a-1.apk" deps:\nsolving "" constraint: nothing provides ""',
  },
];
