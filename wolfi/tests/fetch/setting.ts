import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { nodeEnvironment } from "../../../tools/testing/node-environment.ts";
import { TEST_KEY } from "../../../tools/testing/test-key.ts";
import { temporaryFolder } from "../../../tools/testing/temporary-folder.ts";
import { testRepository, type TestPackage } from "../../../tools/testing/test-repository.ts";
import { writeFiles } from "../../../tools/testing/write-files.ts";
import { servePackages, type PackageServer } from "./answers.ts";
import { bazel, ownEnvironment, run, type Ending } from "./bazel.ts";

/** A workspace whose images are locked against a server on this machine. */
export interface Setting extends AsyncDisposable {
  readonly workspace: string;
  readonly server: PackageServer;
  /** Another host, as far as a client can tell: `localhost`, and another port. */
  readonly otherServer: PackageServer;
  /** Every request of a call of Bazel, `PATH RANGE`, sorted. */
  readonly requestsOf: (call: () => Promise<unknown>) => Promise<readonly string[]>;
  /** The requests that the segments of some packages of an image need, sorted. */
  readonly segmentsOf: (image: string, architecture: string, only?: readonly string[]) => Promise<readonly string[]>;
  /** The same → the name under which apko's cache has the segment. */
  readonly fileNamesOf: (image: string, architecture: string) => Promise<ReadonlyMap<string, string>>;
  readonly bazel: (args: readonly string[], options?: CallOptions) => Promise<Ending>;
  readonly lock: (...images: readonly string[]) => Promise<void>;
  /** Puts a package into the repository in place of what it had. */
  readonly publish: (testPackage: TestPackage) => void;
}

export interface CallOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly startup?: readonly string[];
}

export interface Image {
  readonly packages: readonly string[];
  /** @default the server's `os` */
  readonly repository?: "plain" | "private";
}

const ARCHITECTURES = ["x86_64", "aarch64"];
/** A host that nobody has: its proxy is the server. */
const PLAIN_URL = "http://plain.test";

/** @param wolfi the bundled program */
export async function openSetting(
  images: Readonly<Record<string, Image>>,
  { repository, wolfi }: { readonly repository: string; readonly wolfi: string },
): Promise<Setting> {
  const folder = await temporaryFolder();
  const workspace = join(folder.path, "workspace");
  // What an earlier run has left in Bazel's repository cache is not asked for again: no two runs have equal packages.
  const runId = String(process.pid) + String(Date.now());
  const names = [...new Set(Object.values(images).flatMap(({ packages }) => packages))];
  const files = new Map<string, Uint8Array>();
  const publish = (testPackage: TestPackage): void => {
    const content = Buffer.from(`${testPackage.name} ${testPackage.version} ${runId}`.repeat(100));
    packages.set(testPackage.name, {
      files: [{ kind: "file", path: `usr/share/${testPackage.name}`, content }],
      ...testPackage,
    });
    for (const [path, bytes] of testRepository([...packages.values()], { architectures: ARCHITECTURES })) {
      for (const name of ["os", "plain", "private"]) files.set(`${name}/${path}`, bytes);
    }
  };
  const packages = new Map<string, TestPackage>();
  for (const name of names) publish({ name, version: "1.0-r0", description: `Of run ${runId}` });

  const server = await servePackages(files, PLAIN_URL);
  const otherServer = await servePackages(files, PLAIN_URL);
  await writeFiles(workspace, workspaceFiles(images, server.url, repository));
  await symlink(join(repository, ".bazelversion"), join(workspace, ".bazelversion"));

  const lock = async (...which: readonly string[]): Promise<void> => {
    const environment = {
      ...nodeEnvironment(),
      ...ownEnvironment(),
      XDG_CACHE_HOME: join(folder.path, "cache"),
      http_proxy: server.url,
    };
    const { exitCode, text } = await run([process.execPath, wolfi, "lock", ...which], {
      folder: workspace,
      environment,
    });
    if (exitCode !== 0) throw new Error(text);
  };
  await lock();
  return {
    workspace,
    server,
    otherServer,
    lock,
    publish,
    requestsOf: async (call) => {
      const before = server.requests.length;
      await call();
      return server.requests
        .slice(before)
        .map(({ path, headers }) => `${path} ${headers.range}`)
        .sort();
    },
    segmentsOf: async (image, architecture, only) =>
      [...(await fileNames(workspace, image, architecture, only)).keys()].sort(),
    fileNamesOf: (image, architecture) => fileNames(workspace, image, architecture),
    bazel: (args, options = {}) => bazel(args, { workspace, repository, ...options }),
    async [Symbol.asyncDispose]() {
      await bazel(["clean", "--expunge"], { workspace, repository });
      await server[Symbol.asyncDispose]();
      await otherServer[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

interface Segment {
  readonly range: string;
  readonly checksum: string;
}

interface Lockfile {
  readonly contents: {
    readonly packages: readonly {
      readonly name: string;
      readonly url: string;
      readonly architecture: string;
      readonly signature: Segment;
      readonly control: Segment;
      readonly data: Segment;
    }[];
  };
}

async function fileNames(
  workspace: string,
  image: string,
  architecture: string,
  only?: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const lockfile = JSON.parse(await readFile(join(workspace, `wolfi-images/${image}.lock.json`), "utf8")) as Lockfile;
  const names = new Map<string, string>();
  for (const { name, url, signature, control, data, ...entry } of lockfile.contents.packages) {
    if (entry.architecture !== architecture || only?.includes(name) === false) continue;
    const path = new URL(url).pathname.slice(1);
    // A signature is found by the control segment's digest.
    names.set(`${path} ${signature.range}`, `${hexDigest(control)}.sig.tar.gz`);
    names.set(`${path} ${control.range}`, `${hexDigest(control)}.ctl.tar.gz`);
    names.set(`${path} ${data.range}`, `${hexDigest(data)}.dat.tar.gz`);
  }
  return names;
}

function hexDigest({ checksum }: Segment): string {
  return Buffer.from(checksum.slice(checksum.indexOf("-") + 1), "base64").toString("hex");
}

function* workspaceFiles(
  images: Readonly<Record<string, Image>>,
  server: string,
  repository: string,
): Generator<[path: string, text: string]> {
  yield [
    "MODULE.bazel",
    `module(name = "fetch")
bazel_dep(name = "wolfi")
local_path_override(module_name = "wolfi", path = "${repository}")
wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")
use_repo(wolfi, "wolfi_images")
`,
  ];
  const calls = Object.keys(images).map((name) => `wolfi_base(name = "${name}", image = "${name}")\n`);
  yield ["BUILD.bazel", `load("@wolfi//wolfi:defs.bzl", "wolfi_base")\n${calls.join("")}`];
  yield ["wolfi-images/BUILD.bazel", `exports_files(glob(["*.yaml", "*.lock.json"]))\n`];
  for (const [name, { packages, repository: place = "os" }] of Object.entries(images)) {
    const url = `${place === "plain" ? PLAIN_URL : server}/${place}`;
    const yaml = {
      contents: { keyring: [`${url}/${TEST_KEY.name}`], repositories: [url], packages },
      archs: ARCHITECTURES,
    };
    yield [`wolfi-images/${name}.yaml`, `${JSON.stringify(yaml)}\n`];
  }
}
