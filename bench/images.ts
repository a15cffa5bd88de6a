import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { TEST_CERTIFICATE } from "../tools/testing/test-certificate.ts";
import { TEST_KEY } from "../tools/testing/test-key.ts";
import { writeFiles } from "../tools/testing/write-files.ts";
import { type ImageResult, measureImages } from "./image-case.ts";
import { imageName, imageWorkspace, type Wiring } from "./image-workspace.ts";
import { measure } from "./measure.ts";
import { publishNewVersion } from "./new-version.ts";
import { WOLFI } from "./setting.ts";
import { type SlowServer, startSlowServer } from "./slow-server.ts";
import { writeSyntheticRepository } from "./synthetic-repository.ts";

const HELP = `Measures Bazel on workspaces of many images, wired by one extension and by a stanza per image.

  --wolfi FILE            our program in one file
  --images N,N            how many images the workspaces have (default 10,40)
  --wirings one,stanza    which wirings (default both)
  --architectures A,B     of every image (default x86_64)
  --built N               how many images are built, besides those that are only analysed (default 10)
  --translate-lock LABEL  the extension of the stanzas: @rules_apko//apko:extensions.bzl, or by default an imitation
  --https                 serves over https, which the real extension needs; Bazel has to trust authority.pem in DIR
  --bazel COMMAND         words of the command to call (default: bazelw of this workspace)
  --seed N                other seeds give other packages (default 1)
  --folder DIR            where the repository and the workspaces are made (default: below the temporary folder)
`;

const WIRINGS: Readonly<Record<string, Wiring>> = { one: "one extension", stanza: "a stanza per image" };
const IMITATION = "//:translate_lock.bzl";

const { values: options } = parseArgs({
  options: {
    wolfi: { type: "string" },
    images: { type: "string", default: "10,40" },
    wirings: { type: "string", default: "one,stanza" },
    architectures: { type: "string", default: "x86_64" },
    built: { type: "string", default: "10" },
    "translate-lock": { type: "string", default: IMITATION },
    https: { type: "boolean", default: false },
    bazel: { type: "string" },
    seed: { type: "string", default: "1" },
    folder: { type: "string", default: join(tmpdir(), "wolfi-bench") },
    help: { type: "boolean", default: false },
  },
});

const authority = join(resolve(options.folder), "authority.pem");
const wolfiWorkspace = process.env["BUILD_WORKSPACE_DIRECTORY"] ?? dirname(import.meta.dirname);
if (options.help || options.wolfi === undefined) {
  process.stdout.write(HELP);
  process.exitCode = options.help ? 0 : 2;
} else {
  const results = await run(resolve(options.wolfi));
  process.stdout.write(`${formatResults(results)}\n`);
  const failures = results.filter(({ wiring }) => wiring === WIRINGS["one"]).flatMap((result) => result.failures);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

async function run(wolfi: string): Promise<readonly ImageResult[]> {
  const imageCounts = options.images.split(",").map(Number);
  const architectures = options.architectures.split(",");
  const repository = join(resolve(options.folder), "images", "os");
  process.stderr.write("the repository\n");
  const worlds = await writeSyntheticRepository(repository, {
    packageCount: WOLFI.packageCount,
    recordCount: WOLFI.recordCount,
    architectures,
    seed: Number(options.seed),
    imageCount: Math.max(...imageCounts),
    packagesPerImage: { least: 15, most: 100 },
    basePackageCount: 15,
    meanSizeBytes: 3_000,
    key: TEST_KEY,
  });
  // The keys of a repository at the root of its host are not found offline: it lies below one.
  await using server = await startSlowServer({
    folder: dirname(repository),
    latencyMs: 0,
    bytesPerSecond: 1e9,
    isHttps: options.https,
  });
  await writeFile(authority, TEST_CERTIFICATE.authorityPem);
  const results: ImageResult[] = [];
  for (const imageCount of imageCounts) {
    for (const wiring of options.wirings.split(",").map((name) => WIRINGS[name]!)) {
      process.stderr.write(`${imageCount} images, ${wiring}\n`);
      results.push(
        await runCase({ wiring, worlds: worlds.slice(0, imageCount), architectures, wolfi, repository, server }),
      );
    }
  }
  return results;
}

interface Case {
  readonly wiring: Wiring;
  readonly worlds: readonly (readonly string[])[];
  readonly architectures: readonly string[];
  readonly wolfi: string;
  readonly repository: string;
  readonly server: SlowServer;
}

async function runCase({ wiring, worlds, architectures, wolfi, repository, server }: Case): Promise<ImageResult> {
  const workspace = join(resolve(options.folder), "images", wiring.replaceAll(" ", "-"));
  await rm(workspace, { recursive: true, force: true });
  await writeFiles(
    workspace,
    imageWorkspace({
      wiring,
      worlds,
      architectures,
      repositoryUrl: `${server.url}/os`,
      keyUrl: `${server.url}/os/${TEST_KEY.name}`,
      wolfi: wolfiWorkspace,
      wolfiModule: await readFile(join(wolfiWorkspace, "MODULE.bazel"), "utf8"),
      translateLock: options["translate-lock"],
    }),
  );
  await writeFiles(workspace, [
    [".bazelignore", ".bench\n"],
    [".bazelversion", await readFile(join(wolfiWorkspace, ".bazelversion"))],
    ["translate_lock.bzl", await readFile(join(import.meta.dirname, "translate_lock.bzl"))],
    ["index_integrity.bzl", `INDEX_INTEGRITY = ${JSON.stringify(await indexIntegrity(repository, architectures))}\n`],
  ]);
  const lock = async (images: readonly string[]): Promise<string> => {
    const { wallMs } = await measure([
      {
        command: [process.env["JS_BINARY__NODE_BINARY"] ?? process.execPath, wolfi, "lock", ...images],
        folder: workspace,
        env: { HOME: workspace, XDG_CACHE_HOME: join(workspace, ".bench"), NODE_EXTRA_CA_CERTS: authority },
      },
    ]);
    return `${(wallMs / 1000).toFixed(1)} s`;
  };
  process.stderr.write(`  lock of all images in one call: ${await lock([])}\n`);
  return await measureImages({
    wiring,
    imageCount: worlds.length,
    workspace,
    bazel: options.bazel?.split(" ") ?? [join(wolfiWorkspace, "bazelw")],
    builtCount: Number(options.built),
    server,
    async changePackage() {
      // Every image has it: the others stay with what they have locked.
      const paths = await Promise.all(
        architectures.map((architecture) =>
          publishNewVersion({ repository, architecture, name: worlds[0]![0]!, key: TEST_KEY }),
        ),
      );
      await lock([imageName(0)]);
      return paths[0]!;
    },
  });
}

/** Architecture → the checksum of its index. */
async function indexIntegrity(
  repository: string,
  architectures: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const entries = architectures.map(async (architecture) => {
    const index = await readFile(join(repository, architecture, "APKINDEX.tar.gz"));
    return [architecture, `sha256-${createHash("sha256").update(index).digest("base64")}`] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Writes a column for each workspace. */
function formatResults(results: readonly ImageResult[]): string {
  const names = [...new Set(results.flatMap(({ rows }) => [...rows.keys()]))];
  const lines = [
    ["", ...results.map(({ wiring, imageCount }) => `${imageCount} images, ${wiring}`)],
    ["---", ...results.map(() => "---")],
    ...names.map((name) => [name, ...results.map(({ rows }) => rows.get(name) ?? "")]),
    ["not as it should be", ...results.map(({ failures }) => failures.join("; ") || "nothing")],
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
