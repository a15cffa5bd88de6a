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

/** A clone of a git repository in which `wolfi update` is called. */
export interface UpdateClone {
  readonly clone: string;
  /** An empty folder, `TMPDIR`. */
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A git repository on a host, whose branch `main` has the images `a`, `b` and `new.one`, of which the repository has
 * newer packages, and a clone of it.
 */
export interface UpdateWorkspace extends UpdateClone {
  /** Commits and pushes from somewhere else. */
  readonly person: GitWorkspace;
  /** What a lock of now writes, by the names of images. */
  readonly lockfiles: Readonly<Record<string, string>>;
  /** What a lock writes some days later, when there is yet another curl. */
  readonly laterLockfiles: Readonly<Record<string, string>>;
  /** What the branch's Bazel does from now on. */
  set(scenario: BazelScenario): Promise<void>;
  /** The commit of a branch of the host; "" where there is none. */
  tip(branch: string): Promise<string>;
  /** Another clone, which has the same Bazel. */
  addClone(name: string): Promise<UpdateClone>;
}

/** The same with a double of Gitea, whose git repository is `team/images`. */
export interface HostedWorkspace extends UpdateWorkspace, AsyncDisposable {
  readonly host: GitHost;
}

export const UPDATE_TOKEN = "the-token";

export async function updateWorkspace(): Promise<HostedWorkspace> {
  const folder = await temporaryFolder();
  const person = await personOf(folder.path);
  const repository = "team/images";
  const bare = join(folder.path, `${repository}.git`);
  await person.git("init", "--quiet", "--bare", "--initial-branch=main", bare);
  await person.git("--git-dir", bare, "config", "http.receivepack", "true");
  const rest = giteaDouble({ repository });
  const { environment } = person;
  const host = await serveGitHost({ folder: folder.path, repository, token: UPDATE_TOKEN, rest, environment });
  const url = `${host.url}/${repository}.git`;
  const workspace = await fillWorkspace({ folder: folder.path, person, origin: bare, url, token: UPDATE_TOKEN });
  return {
    ...workspace,
    host,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Somebody with a git repository that has nothing yet. */
export async function personOf(folder: string): Promise<GitWorkspace> {
  await mkdir(join(folder, "person"));
  return initGitWorkspace(join(folder, "person"));
}

export interface FillOptions {
  readonly folder: string;
  readonly person: GitWorkspace;
  /** The host's git repository, empty so far, as the person has it. */
  readonly origin: string;
  /** The same, as the clone has it. */
  readonly url: string;
  /** For Gitea. */
  readonly token: string;
}

export async function fillWorkspace(options: FillOptions): Promise<UpdateWorkspace> {
  const { folder, person, origin, url, token } = options;
  const scenario = join(folder, "scenario");
  await mkdir(scenario);
  await person.git("remote", "add", "origin", origin);
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
  const repository = join(person.folder, "repository");
  await writeTestRepository(repository, OLD);
  await lock(person.folder, ["a", "b"]);
  await writeTestRepository(repository, [...OLD, ...NEW]);
  await person.commit({});
  await person.git("push", "--quiet", "origin", "main");
  const lockfiles = await lock(person.folder, Object.keys(images));
  await writeTestRepository(repository, [...OLD, ...NEW, ...LATER]);
  const laterLockfiles = await lock(person.folder, Object.keys(images));
  await person.git("clean", "--quiet", "--force");
  await person.git("checkout", "--quiet", ".");
  async function addClone(name: string): Promise<UpdateClone> {
    const clone = join(folder, name);
    const temporary = join(folder, `${name}-tmp`);
    await mkdir(temporary);
    await person.git("clone", "--quiet", origin, clone);
    await person.git("-C", clone, "remote", "set-url", "origin", url);
    const environment = {
      PATH: person.environment["PATH"]!,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      TMPDIR: temporary,
      SCENARIO: scenario,
      GITEA_TOKEN: token,
    };
    return { clone, temporary, environment };
  }
  return {
    ...(await addClone("clone")),
    person,
    lockfiles,
    laterLockfiles,
    set: (bazel) => writeScenario(scenario, bazel),
    tip: async (branch) => (await person.git("ls-remote", "origin", `refs/heads/${branch}`)).split("\t")[0]!,
    addClone,
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

const LATER: readonly TestPackage[] = [
  { name: "curl", version: "8.17.0-r0", dependencies: ["libcurl", "nghttp2"] },
  { name: "libcurl", version: "8.17.0-r0", origin: "curl" },
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
