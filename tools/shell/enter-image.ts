import { createReadStream } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { apkArchitecture } from "../apko/architecture.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { buildTarball } from "../build-image/load-built.ts";
import type { PreparedImage } from "../build-image/prepare-image.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { ImageSettings } from "../image/image-documents.ts";
import type { ImageFiles } from "../image/merge-layers.ts";
import { readImageLayout, readLayoutDocuments } from "../image/read-image-layout.ts";
import { removeUnpacked, unpackLayers } from "../image/unpack-layers.ts";
import { containerEngines } from "../load/container-engine.ts";
import { passImageArchive } from "../load/image-archive.ts";
import { type CallContext, lockOptionsOf } from "../options/repository-options.ts";
import { PLACEHOLDERS_LABEL } from "../package/placeholder.ts";
import { ownEnvironment } from "../process/own-environment.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { readCheckedLockfile } from "../workspace/checked-lockfile.ts";
import { DEBUG_FOLDER, makeDebugFolder } from "./debug-folder.ts";
import { findBusybox } from "./find-busybox.ts";
import { findImageProgram, findMissingLoader, findShell, searchPath } from "./image-program.ts";
import { runInBubblewrap } from "./run-in-bubblewrap.ts";
import { runInEngine } from "./run-in-engine.ts";

/** What a call runs in an image. */
export interface AskedProgram {
  /** Empty for a shell. */
  readonly command: readonly string[];
  readonly isDebug: boolean;
  readonly busybox: string | undefined;
  readonly isEntrypoint: boolean;
}

export interface EnterContext {
  readonly runner: string;
  readonly context: CallContext;
}

/**
 * Builds an image and runs a program in it; of both, nothing is left behind but what Bazel and the engine keep.
 *
 * @returns the program's exit code
 * @throws WolfiError
 */
export async function enterImage(image: PreparedImage, asked: AskedProgram, enter: EnterContext): Promise<number> {
  const { shell } = enter.context;
  const { bazel, targets, flags } = image;
  const tarball = enter.runner === "bubblewrap" ? "" : await buildTarball(image);
  await bazel.build([targets.image], flags);
  const [layout = ""] = await bazel.outputsOf(targets.image, flags);
  const folder = await mkdtemp(join(shell.environment["TMPDIR"] ?? "/tmp", "wolfi-shell-")).catch((error: unknown) => {
    throw noFolder(error);
  });
  try {
    return await (enter.runner === "bubblewrap" ? enterUnpacked : enterContainer)({
      image,
      asked,
      enter,
      layout,
      tarball,
      folder,
    });
  } catch (error) {
    throw isFull(error) ? noFolder(error) : error;
  } finally {
    removeUnpacked(folder);
  }
}

interface Entering {
  readonly image: PreparedImage;
  readonly asked: AskedProgram;
  readonly enter: EnterContext;
  /** The built image, in OCI's layout. */
  readonly layout: string;
  /** What an engine loads; "" where there is none. */
  readonly tarball: string;
  /** An empty temporary folder. */
  readonly folder: string;
}

async function enterUnpacked(entering: Entering): Promise<number> {
  const { image, asked, enter, layout, folder } = entering;
  const { shell, reporter } = enter.context;
  const root = join(folder, "root");
  const documents = await readLayoutDocuments(layout);
  const { settings } = documents;
  reporter.progress(`${image.name}: unpacking`);
  const files = await unpackLayers({ layout, documents, root, signal: shell.signal });
  reporter.progress("");
  warn(settings, entering);
  const debugFolder = await lendBusybox(settings, entering);
  const command = asked.isEntrypoint
    ? [...settings.config.Entrypoint, ...(asked.command.length > 0 ? asked.command : settings.config.Cmd)]
    : programOf(files, settings, entering);
  const [program] = command;
  if (program === undefined) throw noProgram(image, "it has neither an entrypoint nor a command");
  const isLent = debugFolder !== undefined && program.startsWith(`${DEBUG_FOLDER}/`);
  const path = isLent ? undefined : findImageProgram(program, files, settings);
  const missing = path === undefined ? undefined : findMissingLoader(path, files, root);
  if (missing !== undefined) {
    reporter.problems([noProgram(image, `"${program}" is started by "${missing}", which is not there`)]);
    return NOT_FOUND;
  }
  if (path === undefined && !isLent && !(asked.isDebug && !program.includes("/"))) {
    reporter.problems([noProgram(image, `"${program}" is not there, or may not be executed`)]);
    return NOT_FOUND;
  }
  return runInBubblewrap({ name: image.name, root, files, settings, command, debugFolder }, shell);
}

async function enterContainer(entering: Entering): Promise<number> {
  const { asked, enter, layout } = entering;
  const { files, settings } = await readImageLayout(layout);
  warn(settings, entering);
  const debugFolder = await lendBusybox(settings, entering);
  const command = asked.isEntrypoint ? undefined : programOf(files, settings, entering);
  const { shell } = enter.context;
  const loaded = await loadInto(entering);
  return runInEngine(
    {
      engine: enter.runner,
      image: loaded,
      command,
      parameters: asked.isEntrypoint ? asked.command : [],
      debug: debugFolder === undefined ? undefined : { folder: debugFolder, searchPath: searchPath(settings.config) },
    },
    shell,
  );
}

/** As shells report a program that is not there. */
const NOT_FOUND = 127;

/** What is run where it is not the entrypoint. */
function programOf(files: ImageFiles, { config }: ImageSettings, { image, asked }: Entering): readonly string[] {
  if (asked.command.length > 0) return asked.command;
  const shell = findShell(files);
  if (shell !== undefined) return [shell];
  if (asked.isDebug) return [`${DEBUG_FOLDER}/sh`];
  const placeholders = config.Labels[PLACEHOLDERS_LABEL];
  throw new WolfiError("NO_SHELL", `Cannot open a shell in "${image.name}": there is neither bash nor sh in it`, {
    kind: "input",
    ...(placeholders === undefined ? {} : { details: [`its packages ${short(placeholders)} are placeholders`] }),
    cure: "Add --debug, which lends it one from outside, or name a program that it has: wolfi shell IMAGE -- PROGRAM",
  });
}

function noProgram({ name }: PreparedImage, reason: string): WolfiError {
  return new WolfiError("NO_PROGRAM", `Cannot run a program in "${name}": ${reason}`, { kind: "input" });
}

function warn({ architecture, config }: ImageSettings, { image, enter }: Entering): void {
  const { shell, reporter } = enter.context;
  const host = apkArchitecture({ x64: "amd64", ia32: "386" }[shell.hostArchitecture] ?? shell.hostArchitecture);
  const own = apkArchitecture(architecture);
  if (own !== host) {
    reporter.warning(
      `${image.name} is for ${own}, and this machine is ${host}: it starts only where qemu is set up for it`,
    );
  }
  const placeholders = config.Labels[PLACEHOLDERS_LABEL];
  if (placeholders !== undefined) {
    reporter.note(`${image.name} holds placeholders for ${short(placeholders)}: docs/real-packages.md`);
  }
}

function short(placeholders: string): string {
  const names = placeholders.split(",");
  return names.slice(0, 6).join(", ") + (names.length > 6 ? ", …" : "");
}

/** @returns the folder to mount; undefined where the call asks for none */
async function lendBusybox({ architecture }: ImageSettings, entering: Entering): Promise<string | undefined> {
  const { image, asked, enter, folder } = entering;
  if (!asked.isDebug) return undefined;
  const { context } = enter;
  const { shell, reporter } = context;
  const options = { cache: true, mirror: [] };
  const { source } = lockOptionsOf(options, context);
  const { bytes, origin } = await findBusybox({
    shell,
    path: asked.busybox,
    lockfile: await readLockfileOf(image, context),
    lockfilePath: image.files?.lockfile ?? "",
    architecture: apkArchitecture(architecture),
    source,
    today: shell.today,
    signal: shell.signal,
  });
  const lent = join(folder, "debug");
  await makeDebugFolder(lent, bytes, { environment: ownEnvironment(shell.environment), signal: shell.signal });
  reporter.note(`lent from outside, and not in the image: ${DEBUG_FOLDER}, a busybox (${origin})`);
  return lent;
}

async function readLockfileOf({ files }: PreparedImage, { shell, module }: CallContext): Promise<Lockfile | undefined> {
  if (files === undefined) return undefined;
  const lockCommand = `${module.lockCommand} -- ${files.name}`;
  const read = await readCheckedLockfile({ ...files, lockCommand }, workspaceReader(shell));
  return read instanceof WolfiError ? undefined : read;
}

/** @returns the name that the engine has for it */
async function loadInto({ image, enter, tarball }: Entering): Promise<string> {
  const { environment, stderr, signal } = enter.context.shell;
  const engines = containerEngines({
    environment: ownEnvironment(environment),
    timeoutMs: 5000,
    output: stderr,
  });
  const engine = engines.find(({ name }) => name === enter.runner)!;
  const input = createReadStream(tarball, { highWaterMark: 1024 * 1024 });
  input.on("error", () => undefined);
  try {
    const { chunks, summary } = passImageArchive(input);
    if ((await engine.load(chunks, signal)) !== 0) throw loadFailed(image, engine.name);
    const { tags, configPath } = await summary();
    return tags[0] ?? `sha256:${configPath.replace(/^.*\//, "").replace(/\.json$/, "")}`;
  } finally {
    input.destroy();
  }
}

function loadFailed({ name }: PreparedImage, engine: string): WolfiError {
  return new WolfiError("LOAD_FAILED", `Cannot load "${name}" into ${engine}: its own words are above`, {
    cure: "Add --engine bubblewrap to do without it",
  });
}

function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function noFolder(cause: unknown): WolfiError {
  return new WolfiError("UNPACK_FAILED", `Cannot unpack image: ${(cause as Error).message}`, {
    cause,
    cure: "Name a folder with more space: TMPDIR=FOLDER wolfi shell …",
  });
}
