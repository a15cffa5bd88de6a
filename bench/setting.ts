import { rm } from "node:fs/promises";
import { join } from "node:path";
import { TEST_KEY } from "../tools/testing/test-key.ts";
import { writeFiles } from "../tools/testing/write-files.ts";
import { type SlowServer, startSlowServer } from "./slow-server.ts";
import { writeSyntheticRepository } from "./synthetic-repository.ts";

/** How large a repository is. */
export interface Size {
  readonly name: string;
  readonly packageCount: number;
  readonly recordCount: number;
  readonly architectures: readonly string[];
}

export const SMALL: Size = {
  name: "small",
  packageCount: 2_500,
  recordCount: 5_000,
  architectures: ["x86_64", "aarch64"],
};

/** As Wolfi's index in 2026. */
export const WOLFI: Size = {
  name: "wolfi",
  packageCount: 11_147,
  recordCount: 47_802,
  architectures: ["x86_64"],
};

/** As Wolfi's index before old versions were removed from it. */
export const LARGE: Size = {
  name: "large",
  packageCount: 11_147,
  recordCount: 191_208,
  architectures: ["x86_64"],
};

/** A repository on a server far away, and a workspace with ten images of 50 packages that are locked against it. */
export interface Setting extends AsyncDisposable {
  readonly server: SlowServer;
  readonly workspace: string;
  readonly images: readonly string[];
}

/** @param folder where the repository is made, once for each size and seed */
export async function openSetting(size: Size, folder: string, seed: number): Promise<Setting> {
  const home = join(folder, `${size.name}-${seed}`);
  const worlds = await writeSyntheticRepository(join(home, "repository"), {
    ...size,
    seed,
    imageCount: 10,
    packagesPerImage: 50,
    meanSizeBytes: 1_150_000,
    key: TEST_KEY,
  });
  const server = await startSlowServer({ folder: join(home, "repository"), latencyMs: 30, bytesPerSecond: 20e6 });
  const workspace = join(home, "workspace");
  await rm(workspace, { recursive: true, force: true });
  const images = worlds.map((_, at) => `image${at}`);
  await writeFiles(workspace, [
    ["MODULE.bazel", ""],
    [TEST_KEY.name, TEST_KEY.pem],
    ...worlds.map((world, at) => [`wolfi-images/${images[at]!}.yaml`, configuration(world, server.url)] as const),
  ]);
  return { server, workspace, images, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function configuration(world: readonly string[], repository: string): string {
  return (
    `contents:\n  keyring:\n${list([TEST_KEY.name])}` +
    `  repositories:\n${list([repository])}  packages:\n${list(world)}`
  );
}

function list(entries: readonly string[]): string {
  return entries.map((entry) => `    - ${entry}\n`).join("");
}
