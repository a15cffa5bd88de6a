import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { IndexPackage } from "../apk/apk-index.ts";
import { indexPackageOf } from "../apk/write-index.ts";
import { writePackage } from "../apk/write-package.ts";
import type { LockedPackage } from "../apko/lockfile.ts";
import { lockedPackage, lockfileOf } from "../apko/testing/sample-lockfile.ts";
import { changedPackages, compareImages, type ImageState, type PackageChange } from "./compare-images.ts";
import { foldOrigins } from "./fold-origins.ts";

/** A locked package and its record. */
interface Sample {
  readonly locked: LockedPackage;
  readonly record: IndexPackage | undefined;
}

interface SampleOptions {
  readonly architecture?: string;
  readonly origin?: string;
  readonly license?: string;
  readonly provides?: readonly string[];
  readonly installedBytes?: number;
  readonly downloadBytes?: number;
  readonly isKnown?: boolean;
}

suite("compareImages()", () => {
  for (const [kind, before, after, expected] of [
    ["added", [], [sample("a", "1-r0")], "added  → a 1-r0: x86_64 1000 100"],
    ["removed", [sample("a", "1-r0")], [], "removed a 1-r0 → : x86_64 -1000 -100"],
    [
      "an upgrade",
      [sample("a", "1-r0")],
      [sample("a", "1-r1", { installedBytes: 1500, downloadBytes: 90 })],
      "upgrade a 1-r0 → a 1-r1: x86_64 500 -10",
    ],
    ["a downgrade", [sample("a", "1.10-r0")], [sample("a", "1.9-r0")], "downgrade a 1.10-r0 → a 1.9-r0: x86_64 0 0"],
    [
      "a rebuild",
      [sample("a", "1-r0")],
      [withData(sample("a", "1-r0", { installedBytes: 1001 }))],
      "rebuild a 1-r0 → a 1-r0: x86_64 1 0",
    ],
    [
      "a replacement, once",
      [sample("glibc", "2.42-r1")],
      [sample("glibc-2.43", "2.43-r0", { provides: ["glibc=2.43"], installedBytes: 1200 })],
      "replaced glibc 2.42-r1 → glibc-2.43 2.43-r0: x86_64 200 0",
    ],
    [
      "no size that is not known",
      [sample("a", "1-r0", { isKnown: false })],
      [sample("a", "1-r1")],
      "upgrade a 1-r0 → a 1-r1: x86_64 ? 0",
    ],
    [
      "no replacement by what is not known",
      [sample("glibc", "2.42-r1")],
      [sample("glibc-2.43", "2.43-r0", { provides: ["glibc=2.43"], isKnown: false })],
      "added  → glibc-2.43 2.43-r0: x86_64 ? 100; removed glibc 2.42-r1 → : x86_64 -1000 -100",
    ],
  ] as const) {
    test(`finds ${kind}`, () => {
      const { packages, architectures } = compareImages(state(before), state(after));
      assert.equal(packages.map(show).join("; "), expected);
      assert.equal(architectures.length, 1);
      assert.equal(architectures[0]!.keptCount, 0);
    });
  }

  test("finds nothing between a state and itself", () => {
    const same = state([sample("a", "1-r0"), sample("a", "1-r0", { architecture: "aarch64" })]);
    const { packages, architectures, sources } = compareImages(same, same);
    assert.deepEqual([packages, sources.isConfigurationChanged], [[], false]);
    assert.deepEqual(architectures, [
      { architecture: "x86_64", keptCount: 1, installedBytes: 0, downloadBytes: 0 },
      { architecture: "aarch64", keptCount: 1, installedBytes: 0, downloadBytes: 0 },
    ]);
    assert.deepEqual(changedPackages(same.lockfile, same.lockfile), { before: [], after: [] });
  });

  test("tells once what happened in both architectures, with the sizes of each, and sums these", () => {
    const arm = { architecture: "aarch64" };
    const before = [sample("a", "1-r0"), sample("b", "1-r0"), sample("a", "1-r0", arm), sample("z", "1-r0", arm)];
    const after = [
      sample("a", "2-r0"),
      sample("b", "1-r0"),
      sample("c", "1-r0"),
      sample("a", "2-r0", { ...arm, installedBytes: 900, isKnown: true }),
      sample("c", "1-r0", { ...arm, isKnown: false, downloadBytes: 7 }),
      sample("d", "1-r0", arm),
    ];
    const { packages, architectures } = compareImages(state(before), state(after));
    assert.deepEqual(packages.map(show), [
      "added  → c 1-r0: x86_64 1000 100, aarch64 ? 7",
      "added  → d 1-r0: aarch64 1000 100",
      "removed z 1-r0 → : aarch64 -1000 -100",
      "upgrade a 1-r0 → a 2-r0: x86_64 0 0, aarch64 -100 0",
    ]);
    assert.deepEqual(architectures, [
      { architecture: "x86_64", keptCount: 1, installedBytes: 1000, downloadBytes: 100 },
      { architecture: "aarch64", keptCount: 0, installedBytes: undefined, downloadBytes: 7 },
    ]);
    assert.equal(packages[0]!.to?.license, "MIT", "known from one of them");
    const changed = changedPackages(state(before).lockfile, state(after).lockfile);
    const names = (list: readonly LockedPackage[]): string => list.map(({ name }) => name).join(" ");
    assert.deepEqual([names(changed.before), names(changed.after)], ["a z a", "c a c d a"]);
  });

  test("keeps architectures apart where a licence differs", () => {
    const arm = { architecture: "aarch64" };
    const before = [sample("a", "1-r0"), sample("a", "1-r0", arm)];
    const after = [sample("a", "2-r0", { license: "X" }), sample("a", "2-r0", { ...arm, license: "Y" })];
    const { packages } = compareImages(state(before), state(after));
    assert.deepEqual(
      packages.map(({ from, to, sizes }) => [
        from?.license,
        to?.license,
        sizes.map(({ architecture }) => architecture),
      ]),
      [
        ["MIT", "X", ["x86_64"]],
        ["MIT", "Y", ["aarch64"]],
      ],
    );
  });

  test("takes an image that was not there, or is no more, for one without packages", () => {
    const one = state([sample("a", "1-r0")]);
    assert.deepEqual(compareImages(undefined, one).packages.map(show), ["added  → a 1-r0: x86_64 1000 100"]);
    assert.deepEqual(compareImages(one, undefined).packages.map(show), ["removed a 1-r0 → : x86_64 -1000 -100"]);
    assert.equal(compareImages(one, undefined).settings, undefined);
    assert.equal(changedPackages(undefined, one.lockfile).after.length, 1);
  });
});

suite("foldOrigins()", () => {
  const openssl = { origin: "openssl" };
  test("makes one line of an origin's packages, named after it, with the sizes of all", () => {
    const names = ["libcrypto3", "libssl3", "openssl"];
    const before = names.map((name) => sample(name, "3.6.3-r5", openssl));
    const after = names.map((name) => sample(name, "3.6.4-r0", { ...openssl, installedBytes: 1010 }));
    const { packages } = compareImages(state([...before, sample("b", "1-r0")]), state([...after, sample("b", "2-r0")]));
    assert.deepEqual(folded(packages), [
      "upgrade b 1-r0 → b 2-r0: x86_64 0 0",
      "upgrade openssl 3.6.3-r5 → openssl 3.6.4-r0: x86_64 30 0 with libcrypto3 libssl3",
    ]);
  });

  test("keeps apart what happened otherwise, or elsewhere, and what is of an unknown origin", () => {
    const before = [sample("a", "1-r0", openssl), sample("b", "1-r0", openssl), sample("c", "1-r0", openssl)];
    const after = [
      sample("a", "2-r0", openssl),
      sample("b", "3-r0", openssl),
      sample("c", "2-r0", { ...openssl, isKnown: false }),
      sample("d", "1-r0", openssl),
      sample("e", "1-r0", { ...openssl, architecture: "aarch64" }),
      sample("f", "1-r0", openssl),
    ];
    const { packages } = compareImages(state(before), state(after));
    assert.deepEqual(folded(packages), [
      "added  → d 1-r0: x86_64 2000 200 with f",
      "added  → e 1-r0: aarch64 1000 100",
      "upgrade a 1-r0 → a 2-r0: x86_64 0 0",
      "upgrade b 1-r0 → b 3-r0: x86_64 0 0",
      "upgrade c 1-r0 → c 2-r0: x86_64 ? 0",
    ]);
  });
});

function sample(name: string, version: string, options: SampleOptions = {}): Sample {
  const { architecture = "x86_64", origin = name, license = "MIT", provides = [], isKnown = true } = options;
  const { installedBytes = 1000, downloadBytes = 100 } = options;
  const locked = lockedPackage(name, version, architecture);
  const description = { name, version, architecture, origin, license, provides };
  const record = {
    ...indexPackageOf(writePackage({ description, files: [] })),
    installedSizeBytes: BigInt(installedBytes),
  };
  return {
    locked: { ...locked, data: { ...locked.data, range: `bytes=20-${downloadBytes - 1}` } },
    record: isKnown ? record : undefined,
  };
}

function withData({ locked, record }: Sample): Sample {
  return { locked: { ...locked, data: { ...locked.data, checksum: "sha256-other" } }, record };
}

function state(samples: readonly Sample[]): ImageState {
  const records = new Map(samples.map(({ locked, record }) => [locked, record]));
  const lockfile = lockfileOf(samples.map(({ locked }) => locked));
  return { lockfile, configuration: undefined, recordOf: (locked) => records.get(locked) };
}

function show({ kind, from, to, sizes }: PackageChange): string {
  const [old, now] = [from, to].map((facts) => (facts === undefined ? "" : `${facts.name} ${facts.version}`));
  const shown = sizes.map((size) => `${size.architecture} ${size.installedBytes ?? "?"} ${size.downloadBytes ?? "?"}`);
  return `${kind} ${old} → ${now}: ${shown.join(", ")}`;
}

function folded(packages: readonly PackageChange[]): readonly string[] {
  return foldOrigins(packages).map(({ change, others }) =>
    [show(change), ...(others.length === 0 ? [] : ["with", ...others])].join(" "),
  );
}
