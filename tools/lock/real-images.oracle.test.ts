import assert from "node:assert/strict";
import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import pMap from "p-map";
import { type IndexPackage, parseIndexText } from "../apk/apk-index.ts";
import { skipWithoutTestData } from "../apk/testing/test-data.ts";
import { openSource } from "../repository/open-source.ts";
import { resolveImage, type ResolveResult } from "../resolve/resolve-image.ts";
import { compareAnswers, type Comparison, describeComparisons } from "../solver/testing/compare-answers.ts";
import { packageLine } from "../solver/testing/package-notation.ts";
import { writeKey, writeSignedIndex } from "../solver/testing/signed-index.ts";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { writeFiles } from "../testing/write-files.ts";
import { compareWithApko, isAlike, reasonOf } from "./testing/compare-with-apko.ts";
import type { ScenarioRepository } from "./testing/lock-scenario.ts";
import { type ReplaceOptions, withRepository } from "./testing/real-image.ts";

const skip = apkoOracle().skip || skipWithoutTestData;
const images = join(process.env["WOLFI_TEST_DATA"] ?? "", "images");

/** Images of at most so many packages are locked as a whole: each package is made for it. */
const mostPackages = 60;

suite("real images on an index of Wolfi's size are as with apko", () => {
  test("packages, their order, reasons; and the lockfiles of small ones", { skip }, async (t) => {
    await using folder = await temporaryFolder();
    const text = gunzipSync(await readFile(join(images, "..", "wolfi-scale", "APKINDEX.gz"))).toString();
    const packages = parseIndexText(text);
    const key = generateTestKey("wolfi.rsa.pub");
    const repository = join(folder.path, "wolfi");
    await writeSignedIndex({ label: "", url: join(repository, "x86_64"), packages }, key);
    const labelled = join(folder.path, "labelled");
    await symlink(repository, labelled);
    const replacement = { repository, labelled, key: await writeKey(folder.path, key) };
    const byEntry = new Map(Array.from(packages, (entry) => [`${entry.name}=${entry.version}`, entry]));

    const names = (await readdir(images)).filter((file) => file.endsWith(".yaml"));
    const compared = await pMap(
      names,
      async (name) => {
        const own = join(folder.path, name);
        const files = await filesOf(name);
        const resolved = await compareResolved(own, replaceIn(files, replacement));
        assert.notEqual(resolved.agreement, "different", `${name}: ${difference(resolved)}`);
        const closure = resolved.ours.startsWith("failed: ") ? [] : resolved.ours.split("\n").slice(0, -1);
        if (closure.length === 0 || closure.length > mostPackages) return { resolved, closure, locked: [] };
        const locked = await compareSmall(
          join(own, "lock"),
          files,
          closure.map((entry) => byEntry.get(entry)!),
        );
        assert.notEqual(locked.agreement, "different", `${name}: ${difference(locked)}`);
        assert.match(locked.ours, /^\{/, name);
        return { resolved, closure, locked: [locked] };
      },
      { concurrency: 2 },
    );
    const resolved = compared.map((each) => each.resolved);
    const locked = compared.flatMap((each) => each.locked);
    const refused = resolved.filter(({ ours }) => ours.startsWith("failed: "));
    const largest = Math.max(...compared.map(({ closure }) => closure.length));
    t.diagnostic(`${describeComparisons(resolved)}; both refuse ${refused.length}; up to ${largest} packages`);
    t.diagnostic(`whole lockfiles: ${describeComparisons(locked)}`);
    assert.ok(locked.length >= 10 && resolved.length - refused.length >= 20, "too few images are compared");
  });
});

function difference({ ours, apko }: Comparison): string {
  return `ours:\n${ours}\napko's:\n${apko.join("\nor\n")}`;
}

/**
 * The texts of an image and of what it includes, as far as that is published beside it, by the paths that includes name.
 */
async function filesOf(name: string): Promise<Readonly<Record<string, string>>> {
  const published = [
    ...(await readFile(join(images, "README.md"), "utf8")).matchAll(/^\| (\S+\.yaml) \| \S+ \| (\S+) /gm),
  ];
  const files: Record<string, string> = {};
  let path: string | undefined = "image.yaml";
  let file: string | undefined = name;
  while (path !== undefined && file !== undefined) {
    const text: string = await readFile(join(images, file), "utf8");
    files[path] = text;
    path = /^include: *(\S+)/m.exec(text)?.[1];
    // One includes what its build has named without the ending.
    file = published.find(
      ([, , origin]) =>
        path !== undefined &&
        `${origin}/`.replace(/(\.apko\.yaml)?\/$/, "").endsWith(path.replace(/\.apko\.yaml$/, "")),
    )?.[1];
  }
  return files;
}

function replaceIn(files: Readonly<Record<string, string>>, options: ReplaceOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, withRepository(text, options)]));
}

/** Compares `NAME=VERSION` of all packages for x86_64 in their order, or why there are none. */
async function compareResolved(folder: string, files: Readonly<Record<string, string>>): Promise<Comparison> {
  await writeFiles(folder, Object.entries(files));
  const result = await resolveLocally(folder);
  const ours =
    result.kind === "failed"
      ? `failed: ${result.problems.map(({ message }) => message).join("\n")}`
      : result.architectures
          .flatMap((each) => each.packages.map((entry) => `${entry.name}=${entry.version}\n`))
          .join("");
  const askApko = async (): Promise<string> => {
    const format = "{{ .Name }}={{ .Version }}";
    const args = ["show-packages", "--arch", "x86_64", "--format", format, "image.yaml"];
    const run = await runApko(args, { folder, home: folder });
    if (run.exitCode === 0) return run.stdout;
    const reason = reasonOf(run);
    return result.kind === "failed" && isAlike(result.problems, reason) ? ours : `failed: ${reason}`;
  };
  return compareAnswers(ours, askApko, { repetitions: 10 });
}

function resolveLocally(folder: string): Promise<ResolveResult> {
  return resolveImage(
    { name: "image", configuration: "image.yaml", architectures: ["amd64"] },
    {
      source: openSource({ workingDirectory: folder, wait: () => Promise.resolve() }),
      readFile: (path) => readFile(join(folder, path)).catch(() => undefined),
      today: new Date(),
      signal: AbortSignal.timeout(60_000),
    },
  );
}

/** Compares whole lockfiles, over an index of just the packages that are needed, which are made for it. */
function compareSmall(
  folder: string,
  files: Readonly<Record<string, string>>,
  packages: readonly IndexPackage[],
): Promise<Comparison> {
  const isNamed = Object.values(files).some((text) => /^archs:/m.test(text));
  const repository: ScenarioRepository = {
    architectures: ["x86_64", "aarch64"],
    packages: packages.map((entry) => packageLine({ ...entry, architecture: "x86_64" })),
    signedBy: ["one"],
    arePackagesSigned: true,
  };
  return compareWithApko(folder, {
    files: replaceIn(files, { repository: "os", labelled: "labelled", key: "keys/one.rsa.pub" }),
    repositories: { os: repository, labelled: repository },
    ...(isNamed ? {} : { architectures: ["amd64", "arm64"] }),
  });
}
