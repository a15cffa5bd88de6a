/**
 * Cases for a base image as it was built, against the configuration and the lockfile that it was built from:
 * `--base FOLDER --config FILE --lockfile FILE`, with the program's image on top of it `--image FOLDER`, and with the
 * file that a container engine loads `--archive FILE --tag NAME`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { parseArgs } from "node:util";
import { apkArchitecture } from "../apko/architecture.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import type { LockedPackage } from "../apko/lockfile.ts";
import { readLockfile } from "../apko/read-lockfile.ts";
import { testArguments } from "../development/test-arguments.ts";
import { findInstalledPackages, type InstalledFile } from "./installed-packages.ts";
import { readImageArchive } from "./read-image-archive.ts";
import { type OciImage, readImageLayout } from "./read-image-layout.ts";

const { values: options } = parseArgs({
  args: [...testArguments(process.argv)],
  options: {
    base: { type: "string", default: "" },
    config: { type: "string", default: "" },
    lockfile: { type: "string", default: "" },
    image: { type: "string" },
    archive: { type: "string" },
    tag: { type: "string" },
  },
});
const configuration = await readConfiguration();
const locked = readLocked();
// The cases that need an image wait for it, so that one that cannot be read fails each of them with the reason.
const base = readImageLayout(options.base, (path) => KEPT.test(path));
base.catch(() => undefined);

suite("the base image", () => {
  test("is a valid OCI layout: digests, sizes, media types and unpacked layers are right", async () => {
    const { index, manifest, layers } = await base;
    assert.equal(index.manifests.length, 1);
    assert.equal(manifest.layers.length, layers.length);
    assert.equal(layers.length, configuration.layering === undefined ? 1 : layers.length);
  });

  test("is of a locked architecture, for linux", async () => {
    const { settings } = await base;
    assert.equal(settings.os, "linux");
    assert.ok(locked.some(({ architecture }) => architecture === apkArchitecture(settings.architecture)));
  });

  test("its apk database names exactly the locked packages", async () => {
    const image = await base;
    const names = (packages: readonly Pick<LockedPackage, "name" | "version" | "architecture" | "checksum">[]) =>
      packages.map(({ name, version, architecture, checksum }) => `${name} ${version} ${architecture} ${checksum}`);
    const architecture = apkArchitecture(image.settings.architecture);
    assert.deepEqual(
      names(findInstalledPackages(image.files)).sort(),
      names(locked.filter((entry) => entry.architecture === architecture)).sort(),
    );
  });

  for (const name of new Set(locked.map((entry) => entry.name))) {
    test(`holds the files of ${name} as they were packaged`, async () => {
      const image = await base;
      const packages = findInstalledPackages(image.files);
      const last = new Map(
        packages.flatMap(({ name: owner, files }) => files.map(({ path }) => [path, owner] as const)),
      );
      const files = packages.find((entry) => entry.name === name)?.files ?? [];
      const own = files.filter(({ path }) => last.get(path) === name && !isChangedByConfiguration(path));
      assert.deepEqual(
        own.map(({ path }) => describeFile(image, path)),
        own.map(describePackaged),
      );
    });
  }

  test("holds no file that neither a package nor apko put there", async () => {
    const { files } = await base;
    const packaged = new Set(findInstalledPackages(files).flatMap((entry) => entry.files.map(({ path }) => path)));
    const strangers = [...files.values()].filter(
      ({ path, type }) => type !== "directory" && !packaged.has(path) && !OF_APKO.test(path) && !isPath(path),
    );
    assert.deepEqual(
      strangers.map(({ path }) => path),
      [],
    );
  });

  test("its label dev.wolfi.placeholders lists exactly the packages that hold a placeholder", async () => {
    const { files, settings } = await base;
    const names = [...files.values()]
      .filter(({ path, type }) => type === "file" && path.startsWith(PLACEHOLDERS))
      .map(({ path }) => path.slice(PLACEHOLDERS.length));
    const label = settings.config.Labels["dev.wolfi.placeholders"];
    assert.equal(label, names.length === 0 ? undefined : names.sort().join(","));
  });
});

suite("the base image's configuration", () => {
  const { entrypoint, environment, volumes } = configuration;
  test(`entrypoint: ${entrypoint.command}`, async () => {
    assert.deepEqual((await base).settings.config.Entrypoint, words(entrypoint.command));
  });
  test(`cmd: ${configuration.cmd}`, async () => {
    assert.deepEqual((await base).settings.config.Cmd, words(configuration.cmd));
  });
  for (const [name, value] of environment) {
    test(`environment: ${name}=${value}`, async () => {
      const variables = (await base).settings.config.Env;
      assert.deepEqual(
        variables.filter((variable) => variable.startsWith(`${name}=`)),
        [`${name}=${value}`],
      );
    });
  }
  test("environment: nothing else but what apko sets by itself", async () => {
    const names = (await base).settings.config.Env.map((variable) => variable.replace(/=.*/s, ""));
    assert.deepEqual(
      names.filter((name) => !environment.has(name) && !SET_BY_APKO.includes(name)),
      [],
    );
  });
  test(`run-as: ${configuration.accounts["run-as"]}`, async () => {
    const runAs = configuration.accounts["run-as"];
    // The user may also be one that a package brings.
    const uid = (await linesOf("etc/passwd")).find((line) => line.startsWith(`${runAs}:`))?.split(":")[2];
    assert.equal((await base).settings.config.User, uid ?? runAs);
  });
  test(`work-dir: ${configuration["work-dir"]}`, async () => {
    assert.equal((await base).settings.config.WorkingDir, configuration["work-dir"]);
  });
  test(`stop-signal: ${configuration["stop-signal"]}`, async () => {
    assert.equal((await base).settings.config.StopSignal, configuration["stop-signal"]);
  });
  test(`volumes: ${volumes.join(", ")}`, async () => {
    assert.deepEqual(Object.keys((await base).settings.config.Volumes).sort(), volumes.toSorted());
  });
  for (const [name, value] of configuration.annotations) {
    test(`annotations: ${name} on index and manifest, and as a label`, async () => {
      const { index, manifest, settings } = await base;
      for (const annotations of [index.annotations, manifest.annotations, settings.config.Labels]) {
        assert.equal(annotations[name], value);
      }
    });
  }
});

suite("the base image's accounts", () => {
  for (const { username, uid, gid, shell, homedir } of configuration.accounts.users) {
    test(`user ${username.text}`, async () => {
      const line = (await linesOf("etc/passwd")).filter((text) => text.startsWith(`${username.text}:`));
      const home = homedir === "" ? `/home/${username.text}` : homedir;
      assert.equal(line.length, 1, "one line in /etc/passwd");
      assert.equal(
        line[0]?.replace(/^((?:[^:]*:){4})[^:]*/, "$1"),
        [username.text, "x", uid, gid ?? uid, "", home, shell === "" ? "/bin/sh" : shell].join(":"),
      );
    });
  }
  for (const { groupname, gid, members } of configuration.accounts.groups) {
    test(`group ${groupname.text}`, async () => {
      const lines = (await linesOf("etc/group")).filter((text) => text.startsWith(`${groupname.text}:`));
      assert.deepEqual(lines, [`${groupname.text}:x:${gid}:${members.join(",")}`]);
    });
  }
});

suite("the base image's paths", () => {
  for (const { path, type, uid, gid, permissions, source } of configuration.paths) {
    test(`${type} ${path}`, async () => {
      const file = (await base).files.get(path.replace(/^\//, ""));
      const expected = PATH_TYPES[type as keyof typeof PATH_TYPES];
      assert.ok(file !== undefined && expected !== undefined, `it is ${file?.type ?? "not there"}`);
      if (type === "permissions") return assert.equal(file.mode & 0o7777, permissions);
      assert.equal(file.type, expected);
      if (type === "symlink") return assert.equal(file.target, source);
      assert.deepEqual([file.uid, file.gid, file.mode & 0o7777], [uid ?? 0, gid ?? 0, permissions]);
    });
  }
});

if (options.image !== undefined) {
  const image = readImageLayout(options.image);
  image.catch(() => undefined);
  suite("the image", () => {
    test("is a valid OCI layout, and lies on the base image", async () => {
      const [below, above] = [await base, await image];
      const digests = (from: OciImage): readonly string[] => from.manifest.layers.map(({ digest }) => digest);
      assert.deepEqual(digests(above).slice(0, below.manifest.layers.length), digests(below));
      assert.equal(above.settings.architecture, below.settings.architecture);
    });

    test("keeps annotations, labels, environment, user and folder of the base image", async () => {
      const [below, above] = [await base, await image];
      assert.deepEqual(above.index.annotations, below.index.annotations);
      assert.deepEqual(above.manifest.annotations, below.manifest.annotations);
      for (const field of ["Labels", "Env", "User", "WorkingDir"] as const) {
        assert.deepEqual(above.settings.config[field], below.settings.config[field], field);
      }
    });
  });
  if (options.archive !== undefined) checkArchive(options.archive, image);
}

function checkArchive(path: string, image: Promise<OciImage>): void {
  suite("the archive for a container engine", () => {
    test("holds the image's configuration and layers, and nothing else", async () => {
      const { manifest } = await image;
      const archive = await readImageArchive(path);
      assert.equal(archive.settings, manifest.config.digest);
      assert.deepEqual(
        archive.layers,
        manifest.layers.map(({ digest }) => digest),
      );
      assert.equal(archive.paths.length, 1 + 1 + new Set(archive.layers).size, archive.paths.join(" "));
    });
    test(`is named ${options.tag ?? "nothing"}`, async () => {
      assert.deepEqual((await readImageArchive(path)).tags, options.tag === undefined ? [] : [options.tag]);
    });
  });
}

/** What the cases read besides names and checksums. */
const KEPT = /^((usr\/)?lib\/apk\/db\/installed|etc\/(passwd|group))$/;

/** apko 1.2: pkg/build (accounts, apko.json, busybox links, devices, ld.so.cache) and pkg/apk (the database, keys). */
const OF_APKO =
  /^(dev\/.*|etc\/apk\/.*|etc\/apko\.json|etc\/ld\.so\.cache|etc\/ssl\/certs\/\.ca-certificates\.crt\.sha256|(usr\/)?lib\/apk\/.*|var\/lib\/db\/sbom\/.*)$/;

const SET_BY_APKO: readonly string[] = ["PATH", "SSL_CERT_FILE"];

/** Where a package of wolfi-packages that is a placeholder says so. */
const PLACEHOLDERS = "usr/share/wolfi-placeholder/";

const PATH_TYPES = {
  directory: "directory",
  "empty-file": "file",
  hardlink: "link",
  permissions: "any",
  symlink: "symlink",
} as const;

async function readConfiguration(): Promise<ImageConfiguration> {
  const loaded = await loadImageConfiguration(options.config, (path) => readFile(path));
  if (loaded.kind === "valid") return loaded.configuration;
  throw new AggregateError(loaded.problems, loaded.problems.map(({ message }) => message).join("\n"));
}

function readLocked(): readonly LockedPackage[] {
  const read = readLockfile(readFileSync(options.lockfile), options.lockfile);
  assert.ok(read.kind === "read", "the lockfile can be read");
  return read.lockfile.contents.packages;
}

async function linesOf(path: string): Promise<readonly string[]> {
  return Buffer.from((await base).files.get(path)?.content ?? [])
    .toString()
    .split("\n");
}

/** apko splits at spaces as a shell would; what a shell would treat otherwise is not worth a second shell here. */
function words(command: string): readonly string[] {
  assert.match(command, /^[^\\'"#]*$/, "the command has no quotes");
  return command.split(/\s+/).filter((word) => word !== "");
}

function isPath(path: string): boolean {
  return configuration.paths.some((entry) => `/${path}` === entry.path);
}

/** What the configuration makes of a package's file has cases of its own. */
function isChangedByConfiguration(path: string): boolean {
  const { accounts, certificates, paths } = configuration;
  const accountFiles =
    accounts.users.length + accounts.groups.length > 0 ? ["etc/passwd", "etc/group", "etc/shadow"] : [];
  const changed = [...accountFiles, ...(certificates === undefined ? [] : ["etc/ssl/certs/ca-certificates.crt"])];
  return (
    changed.includes(path) ||
    paths.some((entry) => `/${path}` === entry.path || (entry.recursive && `/${path}`.startsWith(`${entry.path}/`)))
  );
}

function describeFile({ files }: OciImage, path: string): string {
  const file = files.get(path);
  if (file === undefined) return `${path}: not there`;
  const { type, mode, uid, gid, checksum } = file;
  const kind = type === "directory" ? "directory" : type === "file" || type === "symlink" ? "file" : type;
  return `${path}: ${kind} ${uid}:${gid} ${(mode & 0o7777).toString(8)} ${checksum}`;
}

function describePackaged({ path, isDirectory, mode, uid, gid, checksum }: InstalledFile): string {
  // apko makes /tmp itself, and loses the sticky bit of every other folder that a package has.
  const bits = isDirectory && path !== "tmp" ? mode & 0o777 : mode;
  return `${path}: ${isDirectory ? "directory" : "file"} ${uid}:${gid} ${bits.toString(8)} ${checksum}`;
}
