import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { findIdentity, parseAccounts, parseGroups } from "./accounts.ts";
import { environmentOf } from "./environment.ts";
import type { ImageManifest, ImageSettings } from "./image-documents.ts";

/**
 * The reason to skip a test that starts an image; false where bubblewrap works. It is what there is without a container
 * engine: namespaces like a container's, for an ordinary user.
 */
export function withoutBubblewrap(): string | false {
  const { status, error, stderr } = spawnSync("bwrap", [...NAMESPACES, "--ro-bind", "/", "/", "--", "true"], {
    encoding: "utf8",
  });
  if (status === 0) return false;
  return error === undefined ? `bubblewrap does not work here: ${stderr.trim()}` : "needs bubblewrap (bwrap)";
}

const NAMESPACES = [
  "--unshare-user",
  "--unshare-ipc",
  "--unshare-pid",
  "--unshare-uts",
  "--uid",
  "100",
  "--gid",
  "101",
];

/** The files of an image, in a folder that is removed at the end of an `await using` block. */
export interface UnpackedImage extends AsyncDisposable {
  readonly root: string;
}

/**
 * Unpacks an image's layers. Owners are not kept: all belongs to whoever runs the test. Devices, which only root could
 * make, are left out, and nothing that a lower layer has is removed.
 *
 * @param layout folder in OCI's layout
 */
export async function unpackImage(layout: string, { layers }: ImageManifest): Promise<UnpackedImage> {
  const root = await mkdtemp(join(process.env["TEST_TMPDIR"] ?? tmpdir(), "image-"));
  const options = ["--extract", "--no-same-owner", "--exclude", "dev/*", "--directory", root];
  for (const { digest } of layers) {
    await run("tar", [...options, "--file", join(layout, "blobs", digest.replace(":", "/"))]);
  }
  return {
    root,
    // Not Node's own: under rules_js it follows links that lead out of Bazel's folders, as those of an image do.
    [Symbol.asyncDispose]: async () => void (await run("rm", ["-rf", root])),
  };
}

const run = promisify(execFile);

export interface RunImageOptions {
  /** Where the image was unpacked; the program cannot write there. */
  readonly root: string;
  /** Path inside → path outside, read-only. */
  readonly mounts?: ReadonlyMap<string, string>;
  /** On top of the image's own. */
  readonly environment?: ReadonlyMap<string, string>;
  /** Instead of the image's entrypoint and command. */
  readonly command?: readonly string[];
}

export interface RunningImage extends AsyncDisposable {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Sends a signal to the first process, as a container engine does. */
  kill(signal: NodeJS.Signals): void;
  /** The first process's exit code. */
  readonly exitCode: Promise<number | null>;
}

/** Starts what an image starts, as a container engine would, but with the machine's own network. */
export async function runImage({ config }: ImageSettings, options: RunImageOptions): Promise<RunningImage> {
  const { root, mounts = new Map(), environment = new Map(), command } = options;
  const variables = [...environmentOf(config.Env), ...environment];
  const args = [
    NAMESPACES,
    await userOptions(root, config.User),
    ["--as-pid-1", "--die-with-parent", "--info-fd", "3"],
    ["--ro-bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    [...mounts].flatMap(([inside, outside]) => ["--ro-bind", outside, inside]),
    ["--chdir", config.WorkingDir || "/", "--clearenv"],
    variables.flatMap(([name, value]) => ["--setenv", name, value]),
    ["--", ...(command ?? [...config.Entrypoint, ...config.Cmd])],
  ];
  const child = spawn("bwrap", args.flat(), { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const exited = once(child, "close") as Promise<[number | null]>;
  const firstProcess = await readFirstProcess(child);
  return {
    stdout: child.stdout!,
    stderr: child.stderr!,
    kill: (signal) => process.kill(firstProcess, signal),
    exitCode: exited.then(([code]) => code),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** The user by name or number, its group from `/etc/passwd` where the image names none: image-spec, config.md, "User". */
async function userOptions(root: string, imageUser: string): Promise<readonly string[]> {
  const accounts = parseAccounts(await readFile(join(root, "etc/passwd"), "utf8"));
  const groups = parseGroups(await readFile(join(root, "etc/group"), "utf8"));
  const found = findIdentity(imageUser, accounts, groups);
  if ("reason" in found) throw new Error(`The image cannot be started: ${found.reason}`);
  const { uid, gids } = found.identity;
  // bubblewrap takes one group, and the first is the user's own.
  return ["--uid", String(uid), "--gid", String([...gids][0])];
}

/** bubblewrap passes no signal on, but says which process it has started. */
async function readFirstProcess(child: ChildProcess): Promise<number> {
  const information = await text(child.stdio[3] as Readable);
  if (information === "") throw new Error(`bubblewrap did not start: ${await text(child.stderr!)}`);
  return (JSON.parse(information) as { readonly "child-pid": number })["child-pid"];
}
