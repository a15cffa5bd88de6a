import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeTar } from "../../apk/write-tar.ts";
import { file, type SampleImage, sampleImage, writeImageLayout } from "../../image/testing/sample-image.ts";
import { lockImages } from "../../lock/lock-images.ts";
import { writeLockfiles } from "../../lock/write-lockfiles.ts";
import { findProgram } from "../../process/find-program.ts";
import { openSource } from "../../repository/open-source.ts";
import { testShell, type TestShell } from "../../terminal/testing/test-shell.ts";
import { workspaceReader } from "../../terminal/workspace.ts";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { TEST_KEY } from "../../testing/test-key.ts";
import { writeTestRepository } from "../../testing/test-repository.ts";

/**
 * A workspace with the locked images `app` and `tool`, on a machine whose `PATH` holds nothing but what a test installs,
 * bubblewrap where this machine has it, and a Bazel that notes its calls and hands out files that are there already.
 */
export interface BuildWorkspace extends AsyncDisposable {
  readonly path: string;
  /** An empty folder, `TMPDIR` of every shell. */
  readonly temporary: string;
  /** Puts a shell script on the `PATH`; its calls are noted too. */
  readonly install: (name: string, script: string) => Promise<void>;
  /** What a program was called with, a line each; none where it was not called. */
  readonly callsOf: (name: string) => Promise<readonly string[]>;
  readonly shell: (options?: { readonly signal?: AbortSignal }) => TestShell;
  readonly lockfile: () => Promise<string>;
}

export interface BuildWorkspaceOptions {
  /** What Bazel builds. @default a sample */
  readonly image?: SampleImage;
  /** What the script of Bazel's does with `build` and `run`. @default it succeeds */
  readonly onBuild?: string;
  /** What `bazel query` finds. @default the targets of wolfi_base() and a program in //cmd/app */
  readonly labels?: readonly string[];
  /** Bubblewrap is left out. @default false */
  readonly withoutBubblewrap?: boolean;
}

export const APP_LABELS: readonly string[] = [
  "//cmd/app:image",
  "//cmd/app:image_push",
  "//cmd/app:image_tarball",
  "//cmd/app:wolfi_base_image_configuration",
  "//cmd/app:wolfi_base_push",
  "//cmd/app:wolfi_base_tarball",
];

export const TODAY: Date = new Date("2026-01-01");

export async function buildWorkspace(options: BuildWorkspaceOptions = {}): Promise<BuildWorkspace> {
  const { image = sampleImage(), onBuild = "exit 0", labels = APP_LABELS, withoutBubblewrap = false } = options;
  const folder = await temporaryFolder();
  const [path, bin, temporary, log] = ["workspace", "bin", "tmp", "log"].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const made of [join(path, "wolfi-images"), join(path, "out"), bin, temporary, log, join(folder.path, "home")]) {
    await mkdir(made, { recursive: true });
  }
  const tools = ["sh", "cat", "sleep", ...(withoutBubblewrap ? [] : ["bwrap", "true"])];
  for (const name of tools) {
    const found = findProgram(name, { PATH: `${process.env["PATH"] ?? ""}:/usr/bin:/bin` }, "/");
    if (found !== undefined) await symlink(found, join(bin, name));
  }
  const install = (name: string, script: string): Promise<void> =>
    writeFile(join(bin, name), `#!/bin/sh\necho "$*" >>${log}/${name}\n${script}\n`, { mode: 0o755 });
  await install("bazel", bazelScript(path, onBuild));
  await writeFile(join(path, "out/labels"), labels.map((label) => `${label}\n`).join(""));
  await writeImageLayout(join(path, "out/image"), image);
  await writeFile(join(path, "out/tarball.tar"), archiveOf(image));
  await writeWorkspace(path);
  const environment = { PATH: bin, HOME: join(folder.path, "home"), TMPDIR: temporary };
  return {
    path,
    temporary,
    install,
    callsOf: async (name) => (await readFile(join(log, name), "utf8").catch(() => "")).split("\n").filter(Boolean),
    shell: (given = {}) => ({
      ...testShell({ folder: path, today: TODAY, ...given }),
      environment,
      cacheFolder: join(folder.path, "cache/repository"),
    }),
    lockfile: () => readFile(join(path, "wolfi-images/app.lock.json"), "utf8"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function bazelScript(workspace: string, onBuild: string): string {
  return `case $1 in
  query) cat ${workspace}/out/labels ;;
  cquery) case $* in *_tarball*) echo out/tarball.tar ;; *) echo out/image ;; esac ;;
  info) echo ${workspace} ;;
  build | run) echo "INFO: $1" >&2; ${onBuild} ;;
  --version) echo "bazel 7.7.1" ;;
  *) exit 2 ;;
esac`;
}

async function writeWorkspace(path: string): Promise<void> {
  const base = `contents:
  repositories: [http://packages.test/os]
  keyring: [http://packages.test/os/${TEST_KEY.name}]
archs: [x86_64]
`;
  await writeTestRepository(
    join(path, "repository"),
    ["app", "tool", "more"].map((name) => ({ name })),
  );
  await writeFile(
    join(path, "MODULE.bazel"),
    `wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")
wolfi.repository(url = "http://packages.test/os", folder = "repository")
`,
  );
  await writeFile(join(path, "wolfi-images/base.yaml"), base);
  for (const name of ["app", "tool"]) {
    const text = `include: wolfi-images/base.yaml\ncontents:\n  packages:\n    - ${name}\n`;
    await writeFile(join(path, `wolfi-images/${name}.yaml`), text);
  }
  const requests = ["app", "tool"].map((name) => ({
    name,
    configuration: `wolfi-images/${name}.yaml`,
    lockfile: `wolfi-images/${name}.lock.json`,
  }));
  const locked = await lockImages(requests, {
    source: openSource({
      workingDirectory: path,
      folders: new Map([["http://packages.test/os", join(path, "repository")]]),
    }),
    readFile: workspaceReader({ workspaceRoot: path }),
    today: TODAY,
    signal: AbortSignal.timeout(60_000),
  });
  await writeLockfiles(locked, (name) => join(path, name));
}

/** As rules_oci's oci_load writes it, with one layer that is none. */
function archiveOf({ config }: SampleImage): Uint8Array {
  const entries = [
    file("blobs/sha256/c0ffee", JSON.stringify({ architecture: "amd64", os: "linux", config }), {}),
    file("blobs/sha256/1a7e.tar.gz", "a layer", {}),
    file(
      "manifest.json",
      JSON.stringify([
        { Config: "blobs/sha256/c0ffee", RepoTags: ["app-base:latest"], Layers: ["blobs/sha256/1a7e.tar.gz"] },
      ]),
      {},
    ),
  ];
  return writeTar(entries, { isEnded: true });
}
