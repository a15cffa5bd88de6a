import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitHost, serveGitHost } from "../../forge/testing/git-host.ts";
import { giteaDouble } from "../../forge/testing/gitea-double.ts";
import { type GitWorkspace, initGitWorkspace } from "../../git/testing/git-workspace.ts";
import { lockImages } from "../../lock/lock-images.ts";
import { openSource } from "../../repository/open-source.ts";
import { workspaceReader } from "../../terminal/workspace.ts";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { TEST_KEY } from "../../testing/test-key.ts";
import { type TestPackage, writeTestRepository } from "../../testing/test-repository.ts";
import { testArchive, testRecord } from "../../vulnerability/testing/test-feed.ts";
import { type BazelScenario, BRANCH_BAZEL, writeScenario } from "./branch-bazel.ts";

/**
 * A git host with the repository `team/images`, whose branch `main` has the images `a`, `b` and `new.one`, of which the
 * repository has newer packages, and a clone of it.
 */
export interface UpdateWorkspace extends AsyncDisposable {
  readonly host: GitHost;
  readonly url: string;
  /** A clone, whose remote `origin` is the host. */
  readonly clone: string;
  /** Commits and pushes from somewhere else. */
  readonly person: GitWorkspace;
  /** An empty folder, `TMPDIR`. */
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What a lock of now writes, by the names of images. */
  readonly lockfiles: Readonly<Record<string, string>>;
  /** What the branch's Bazel does from now on. */
  set(scenario: BazelScenario): Promise<void>;
  /** The commit of a branch of the host; "" where there is none. */
  tip(branch: string): Promise<string>;
}

export const UPDATE_TOKEN = "the-token";

export async function updateWorkspace(): Promise<UpdateWorkspace> {
  const folder = await temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  for (const name of ["person", "scenario", "tmp"]) await mkdir(at(name));
  const person = await initGitWorkspace(at("person"));
  const bare = at("team/images.git");
  await person.git("init", "--quiet", "--bare", "--initial-branch=main", bare);
  await person.git("--git-dir", bare, "config", "http.receivepack", "true");
  await person.git("remote", "add", "origin", bare);
  await mkdir(join(person.folder, "wolfi-images"));
  await writeFile(join(person.folder, "bazelw"), BRANCH_BAZEL);
  await chmod(join(person.folder, "bazelw"), 0o755);
  await writeFile(join(person.folder, "MODULE.bazel"), MODULE);
  await writeFile(join(person.folder, "feed.tar.gz"), testArchive(RECORDS.map(testRecord)));
  const images = { a: "curl, busybox, tool<2", b: "busybox", "new.one": "busybox" };
  const settings = 'vulnerability-data:\n  - repository: "http://packages.test/os"\n    data: feed.tar.gz\n';
  await writeFile(join(person.folder, "wolfi-images/settings.yml"), settings);
  for (const [name, packages] of Object.entries(images)) {
    await writeFile(join(person.folder, `wolfi-images/${name}.yaml`), imageOf(packages));
  }
  await writeTestRepository(join(person.folder, "repository"), OLD);
  await lock(person.folder, ["a", "b"]);
  await writeTestRepository(join(person.folder, "repository"), [...OLD, ...NEW]);
  await person.commit({});
  await person.git("push", "--quiet", "origin", "main");
  const lockfiles = await lock(person.folder, Object.keys(images));
  await person.git("clean", "--quiet", "--force");
  await person.git("checkout", "--quiet", ".");
  await person.git("clone", "--quiet", bare, at("clone"));
  const rest = giteaDouble({ repository: "team/images" });
  const host = await serveGitHost({
    folder: folder.path,
    repository: "team/images",
    token: UPDATE_TOKEN,
    rest,
    environment: person.environment,
  });
  const url = `${host.url}/team/images.git`;
  await person.git("-C", at("clone"), "remote", "set-url", "origin", url);
  return {
    host,
    url,
    clone: at("clone"),
    person,
    temporary: at("tmp"),
    environment: {
      PATH: person.environment["PATH"]!,
      HOME: folder.path,
      GIT_CONFIG_NOSYSTEM: "1",
      TMPDIR: at("tmp"),
      SCENARIO: at("scenario"),
      GITEA_TOKEN: UPDATE_TOKEN,
    },
    lockfiles,
    set: (scenario) => writeScenario(at("scenario"), scenario),
    tip: async (branch) => (await person.git("ls-remote", "origin", `refs/heads/${branch}`)).split("\t")[0]!,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const MODULE = `module(name = "wolfi")
wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")
wolfi.repository(url = "http://packages.test/os", folder = "repository")
`;

const OLD: readonly TestPackage[] = [
  { name: "tool", version: "1.0-r0" },
  { name: "busybox", version: "1.37.0-r40" },
  { name: "curl", version: "8.14.1-r0", dependencies: ["libcurl"] },
  { name: "libcurl", version: "8.14.1-r0", origin: "curl" },
];

const NEW: readonly TestPackage[] = [
  { name: "tool", version: "2.0-r0" },
  { name: "busybox", version: "1.37.0-r41" },
  { name: "curl", version: "8.16.0-r0", dependencies: ["libcurl", "nghttp2"] },
  { name: "libcurl", version: "8.16.0-r0", origin: "curl" },
  { name: "nghttp2", version: "1.0-r0" },
];

const RECORDS = [
  {
    ids: ["CVE-2099-0001"],
    packageName: "curl",
    fixed: "8.16.0-r0",
    score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
  },
  { ids: ["CVE-2099-0002"], packageName: "busybox" },
  { ids: ["CVE-2099-0003"], packageName: "busybox", fixed: "1.38.0-r0" },
  { ids: ["GHSA-2f3g-4h5j-6m7p"], packageName: "nghttp2" },
];

function imageOf(packages: string): string {
  return `contents:
  repositories: [http://packages.test/os]
  keyring: [http://packages.test/os/${TEST_KEY.name}]
  packages: [${packages}]
archs: [x86_64]
`;
}

async function lock(folder: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const requests = names.map((name) => {
    return { name, configuration: `wolfi-images/${name}.yaml`, lockfile: `wolfi-images/${name}.lock.json` };
  });
  const folders = new Map([["http://packages.test/os", join(folder, "repository")]]);
  const results = await lockImages(requests, {
    source: openSource({ workingDirectory: folder, folders }),
    readFile: workspaceReader({ workspaceRoot: folder }),
    today: new Date("2026-04-01"),
    signal: AbortSignal.timeout(30_000),
  });
  for (const result of results) {
    if (result.kind === "failed") throw new Error(result.problems.join("\n"));
    await writeFile(join(folder, result.request.lockfile), result.text);
  }
  const texts = names.map(async (name): Promise<[string, string]> => {
    return [name, await readFile(join(folder, `wolfi-images/${name}.lock.json`), "utf8")];
  });
  return Object.fromEntries(await Promise.all(texts));
}
