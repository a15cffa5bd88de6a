import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type IndexPackage, parseIndexText } from "../apk/apk-index.ts";
import { readTestData, skipWithoutTestData } from "../apk/testing/test-data.ts";
import { compareVersions, parseVersion } from "../apk/version.ts";
import { solve } from "../solver/solve.ts";
import { embeddedRecipes, IMAGES, imageWorld } from "./testing/embedded-repository.ts";

/** Packages of ours that Wolfi does not have. */
const ownPackages = ["git-http-readonly-config", "musl"];
/** Packages of another version than Wolfi's newest: jq is there twice, and Node's is that of MODULE.bazel. */
const otherVersions = ["jq-1.8.1-r0", "nodejs-24-24.14.1-r0"];

suite("the embedded repository against an index of Wolfi's size", () => {
  const wolfi = skipWithoutTestData
    ? parseIndexText("")
    : parseIndexText(gunzipSync(readTestData("wolfi-scale/APKINDEX.gz")));
  const newest = (name: string): IndexPackage | undefined =>
    wolfi
      .named(name)
      .toSorted((a, b) => compareVersions(parseVersion(a.version)!, parseVersion(b.version)!))
      .at(-1);

  test(
    "each package is Wolfi's newest: version, origin, licence, priority and declared dependencies",
    { skip: skipWithoutTestData },
    async () => {
      const seen = { own: new Set<string>(), other: new Set<string>() };
      for (const { recipe } of await embeddedRecipes()) {
        for (const { name, dependencies } of recipe.packages) {
          const real = newest(name);
          if (real === undefined) seen.own.add(name);
          else if (real.version !== recipe.version) seen.other.add(`${name}-${recipe.version}`);
          else {
            const { providerPriority, runtime, provides } = dependencies;
            assert.deepEqual(
              { origin: recipe.origin, license: recipe.license, providerPriority },
              { origin: real.origin, license: real.license, providerPriority: real.providerPriority },
              name,
            );
            assert.deepEqual(
              real.dependencies.filter((dependency) => !runtime.includes(dependency)),
              [],
              name,
            );
            assert.deepEqual(
              real.provides.filter((provide) => !provides.includes(provide)),
              [],
              name,
            );
            const added = [...runtime, ...provides].filter(
              (entry) => !real.dependencies.includes(entry) && !real.provides.includes(entry),
            );
            assert.deepEqual(
              added.filter((entry) => !/^(so|cmd):/.test(entry)),
              [],
              `${name}: only what a build finds may be added to what is declared`,
            );
          }
        }
      }
      assert.deepEqual(seen, { own: new Set(ownPackages), other: new Set(otherVersions) });
    },
  );

  for (const image of IMAGES) {
    test(`holds what ${image} needs there`, { skip: skipWithoutTestData }, async () => {
      const url = "http://wolfi.test/os/x86_64";
      const solution = solve(await imageWorld(image), [{ label: "", url, packages: wolfi }]);
      assert.ok(solution.kind === "solved");
      const ours = new Set(
        (await embeddedRecipes()).flatMap(({ recipe }) =>
          recipe.packages.map(({ name }) => `${name}-${recipe.version}`),
        ),
      );
      const needed = solution.packages.map((solved) => `${solved.package.name}-${solved.package.version}`);
      assert.ok(needed.length > 10);
      const missing = needed.filter((name) => !ours.has(name));
      assert.deepEqual(
        missing.map((name) => name.replace(/-[\d.]+-r\d+$/, "")),
        ["nodejs-24"],
      );
    });
  }
});
