import type { SolverCase } from "./solver-cases.ts";

/** What many of apko's solver tests ask about. */
const family = [
  "package1 1.0.0 needs dep1 dep2 dep3",
  "dep1 1.0.0 needs dep4 dep5",
  "dep2 1.0.0 needs dep3 /bin/sh",
  "dep3 1.0.0 needs dep6 cmd:/bin/foo so:libq.so.1",
  "dep4 1.0.0",
  "dep5 1.0.0",
  "dep6 1.0.0",
  "dep7 1.0.0",
  "dep8 1.0.0 needs dep8",
  "libq 1.0.0 provides so:libq.so.1",
  "foo 1.0.0 provides cmd:/bin/foo",
  "busybox 1.0.0 provides /bin/sh",
  "unused 1.0.0",
  "package2 1.0.0 needs dep2 dep7",
  "package3 1.0.0 needs dep8",
  "package5 1.0.0",
  "package5 1.5.0",
  "package5 1.5.1",
  "package5 2.0.0",
  "package5-special 1.2.0 provides package5",
  "package5-conflict 1.2.0 provides package5=1.2.0",
  "package5-noconflict 1.2.0 provides package5",
  "package6 1.5.1",
  "package6 2.0.0 needs package6 package5",
  "package7 1",
  "package8 2 provides package7=0.9",
  "package9 2.0.0 needs package5",
  "abc9 2.0.0 needs package5",
  "locked-dep 2.0.0 needs package5=1.5.1",
];

const familyOf1 =
  "dep4=1.0.0 dep5=1.0.0 dep1=1.0.0 busybox=1.0.0 foo=1.0.0 dep6=1.0.0 libq=1.0.0 dep3=1.0.0 dep2=1.0.0 package1=1.0.0";

/**
 * The facts of apko's own solver tests (pkg/apk/apk/repo_test.go). Where they assert less than the whole answer, the
 * rest of it is what real apko answers. Those about single steps of the solver are in peer.test.ts.
 */
export const peerCases: readonly SolverCase[] = [
  {
    shows: "a family of dependencies, each after its own, then the next entry's",
    packages: { "": family },
    world: "package1 package2",
    answer: `${familyOf1} dep7=1.0.0 package2=1.0.0`,
  },
  {
    shows: "the dependencies of one package, each once",
    packages: { "": family },
    world: "package1",
    answer: familyOf1,
  },
  {
    shows: "a package that depends on itself ends there",
    packages: { "": family },
    world: "package3",
    answer: "dep8=1.0.0 package3=1.0.0",
  },
  {
    shows: "without a constraint a dependency gets the newest version",
    packages: { "": family },
    world: "package9",
    answer: "package5=2.0.0 package9=2.0.0",
  },
  {
    shows: "what is there already, an older provider, is taken for a dependency",
    packages: { "": family },
    world: "package5-special package9",
    answer: "package5-special=1.2.0 package9=2.0.0",
  },
  {
    shows: "the world's choice of a name, the newest, serves a dependency that is looked for before",
    packages: { "": family },
    world: "abc9 package5",
    answer: "package5=2.0.0 abc9=2.0.0",
  },
  {
    shows: "the world's older version of a name serves a dependency that is looked for before",
    packages: { "": family },
    world: "abc9 package5=1.5.1",
    answer: "package5=1.5.1 abc9=2.0.0",
  },
  {
    shows: "the world's provider of a name serves a dependency that is looked for before",
    packages: { "": family },
    world: "abc9 package5-special",
    answer: "package5-special=1.2.0 abc9=2.0.0",
  },
  {
    shows: "two providers of a name without version stand beside each other, and one serves the dependency",
    packages: { "": family },
    world: "abc9 package5-noconflict package5-special",
    answer: "package5-noconflict=1.2.0 abc9=2.0.0 package5-special=1.2.0",
  },
  {
    shows: "a provider of a name with a version excludes the provider of it without",
    packages: { "": family },
    world: "abc9 package5-conflict package5-special",
    answer:
      'unsatisfiable: solving "package5-special" constraint:   package5-special-1.2.0.apk disqualified because package5-conflict-1.2.0.apk already provides package5',
  },
  {
    shows: "a dependency on exactly one version decides for the world's entry without version, which follows it",
    packages: { "": family },
    world: "locked-dep package5",
    answer: "package5=1.5.1 locked-dep=2.0.0",
  },
  {
    shows: "of two entries on one name the stricter wins",
    packages: { "": family },
    world: "package5=1.5.1 package5>1.0.0",
    answer: "package5=1.5.1",
  },
  {
    shows: "two entries that want two versions of one name conflict",
    packages: { "": family },
    world: "package5=1.0.0 package5=1.5.1",
    answer:
      'unsatisfiable: solving "package5=1.0.0" constraint:   package5-1.0.0.apk disqualified because "1.0.0" does not satisfy "package5=1.5.1"\n' +
      '  package5-1.5.0.apk disqualified because "1.5.0" does not satisfy "package5=1.5.1"\n' +
      '  package5-1.5.1.apk disqualified because "1.5.1" does not satisfy "package5=1.0.0"\n' +
      '  package5-2.0.0.apk disqualified because "2.0.0" does not satisfy "package5=1.5.1"\n' +
      '  package5-conflict-1.2.0.apk disqualified because "package5-conflict-1.2.0.apk" provides "package5=1.2.0" which does not satisfy "package5=1.5.1"',
  },
  {
    shows: "a name that is not in the index",
    packages: { "": family },
    world: "package12",
    answer: 'unsatisfiable: solving "package12" constraint: nothing provides "package12"',
  },
  {
    shows: "a package that excludes one of two providers gets the other",
    packages: {
      "": [
        "musl 1.23-r4 provides so:ld-linux-aarch64.so.1",
        "ld-linux 2.38-r10 provides so:ld-linux-aarch64.so.1",
        "glibc 2.38-r10 needs !musl so:ld-linux-aarch64.so.1",
      ],
    },
    world: "glibc",
    answer: "ld-linux=2.38-r10 glibc=2.38-r10",
  },
  {
    shows: "of two builds that provide a library in one version the newer is taken",
    packages: {
      "": [
        "ld-linux 2.38-r10 provides so:ld-linux-aarch64.so.1=1.0",
        "ld-linux 2.38-r11 provides so:ld-linux-aarch64.so.1=1.0",
        "glibc 2.38-r10 needs so:ld-linux-aarch64.so.1",
      ],
    },
    world: "glibc",
    answer: "ld-linux=2.38-r11 glibc=2.38-r10",
  },
  {
    shows: "of two builds that provide a library in two versions that of the newer library is taken",
    packages: {
      "": [
        "ld-linux 2.38-r10 provides so:ld-linux-aarch64.so.1=1.1",
        "ld-linux 2.38-r11 provides so:ld-linux-aarch64.so.1=1.0",
        "glibc 2.38-r10 needs so:ld-linux-aarch64.so.1",
      ],
    },
    world: "glibc",
    answer: "ld-linux=2.38-r10 glibc=2.38-r10",
  },
  {
    shows: "a package that is selected may provide a name in another version than its own",
    packages: {
      "": [
        "foo 1",
        "libcurl-openssl4 8.12.1-r1 needs foo provides libcurl-abi=8.12.1 so:libcurl.so.4=4",
        "curl 8.12.1-r1 needs libcurl-abi=8.12.1 so:libcurl.so.4",
        "curl-dev 8.12.1-r1 needs so:libcurl.so.4",
      ],
    },
    world: "curl-dev curl",
    answer: "foo=1 libcurl-openssl4=8.12.1-r1 curl-dev=8.12.1-r1 curl=8.12.1-r1",
  },
  {
    shows: "a provider of an origin's old version is not preferred to another origin's",
    packages: {
      "": [
        "glibc 1 origin glibc",
        "libcrypt1 1 provides so:libcrypt.so.1=1 origin glibc",
        "glibc 2 origin glibc",
        "libxcrypt 2 provides so:libcrypt.so.1=1 origin libxcrypt",
        "consumer 1 needs so:libcrypt.so.1",
      ],
    },
    world: "consumer glibc=2",
    answer: "libxcrypt=2 consumer=1 glibc=2",
  },
  {
    shows: "the version of an origin that is there beats an older build of higher priority",
    packages: {
      "": [
        "py3.10-pybind11 2.13.6-r1 provides py3-pybind11 py3-pybind11-dev priority 312 origin py3-pybind11",
        "py3.10-pybind11 3.0.4-r0 provides py3-pybind11 py3-pybind11-dev priority 310 origin py3-pybind11",
        "py3-supported-pybind11 3.0.4-r0 needs py3.10-pybind11 origin py3-pybind11",
      ],
    },
    world: "py3-supported-pybind11",
    answer: "py3.10-pybind11=3.0.4-r0 py3-supported-pybind11=3.0.4-r0",
  },
  {
    shows: "of two builds of the package that is named the newer wins, whatever their priorities",
    packages: {
      "": [
        "py3.10-pybind11 2.13.6-r1 provides py3-pybind11 py3-pybind11-dev priority 312 origin py3-pybind11",
        "py3.10-pybind11 3.0.4-r0 provides py3-pybind11 py3-pybind11-dev priority 310 origin py3-pybind11",
      ],
    },
    world: "py3.10-pybind11",
    answer: "py3.10-pybind11=3.0.4-r0",
  },
  {
    shows: "a provide without version meets an exact version of its name by the version of its package",
    packages: {
      "": [
        "unbound-config 1.25.1-r2 origin unbound",
        "unbound-mailcow-compat 1.25.1-r2 provides unbound-config origin unbound",
      ],
    },
    world: "unbound-config=1.25.1-r2 unbound-mailcow-compat=1.25.1-r2",
    answer: "unbound-mailcow-compat=1.25.1-r2",
  },
  {
    shows: "but not where its package has another version",
    packages: { "": ["unbound-mailcow-compat 9.9.9-r9 provides unbound-config origin unbound"] },
    world: "unbound-config=1.25.1-r2",
    answer: 'unsatisfiable: solving "unbound-config=1.25.1-r2" constraint: not in indexes',
  },
  {
    shows: "between packages that provide a name without version the priority decides",
    packages: {
      "": [
        "py3.10-pybind11 3.0.4-r0 provides py3-pybind11-dev priority 310 origin py3-pybind11",
        "py3.13-pybind11 3.0.4-r0 provides py3-pybind11-dev priority 313 origin py3-pybind11",
      ],
    },
    world: "py3-pybind11-dev",
    answer: "py3.13-pybind11=3.0.4-r0",
  },
  {
    shows: "the version in which a name is provided decides before the priority",
    packages: { "": ["prov-a 1.0-r0 provides virt=2.0 priority 1", "prov-b 9.0-r0 provides virt=1.0 priority 999"] },
    world: "virt",
    answer: "prov-a=1.0-r0",
  },
  {
    shows: "of providers that are equal otherwise the newer wins, though its repository comes later",
    packages: {
      "": ["prov-variant 1.0-r1 provides so:libprov.so.12=12", "---", "prov 1.0-r2 provides so:libprov.so.12=12"],
    },
    world: "so:libprov.so.12",
    answer: "prov=1.0-r2",
  },
  {
    shows: "what an earlier entry needs exactly holds for a later one that does not care",
    packages: {
      "": [
        "ld-linux 2.38-r10 provides so:ld-linux-aarch64.so.1=1.0",
        "ld-linux 2.38-r11 provides so:ld-linux-aarch64.so.1=1.1",
        "glibc 2.38-r10 needs so:ld-linux-aarch64.so.1=1.0",
        "glibc 2.39-r0 needs so:ld-linux-aarch64.so.1",
        "foo 1.23-r4 needs so:ld-linux-aarch64.so.1",
      ],
    },
    world: "glibc~2.38 foo",
    answer: "ld-linux=2.38-r10 glibc=2.38-r10 foo=1.23-r4",
  },
];
