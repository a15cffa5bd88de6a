import type { ContainerEngine } from "./container-engine.ts";
import { passImageArchive, type ImageSummary } from "./image-archive.ts";
import { keepImage } from "./keep-image.ts";

export interface LoadOptions {
  /** The archive, in `docker save`'s format. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Asked one after the other; the first that answers is used. */
  readonly engines: readonly ContainerEngine[];
  /** Where the image is kept when no engine answers. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export type LoadResult =
  | { readonly kind: "loaded"; readonly engine: string; readonly summary: ImageSummary | undefined }
  /** The engine has said why, on the terminal. */
  | { readonly kind: "failed"; readonly engine: string; readonly exitCode: number }
  | {
      readonly kind: "kept";
      readonly path: string;
      readonly summary: ImageSummary;
      readonly silent: readonly Silent[];
    };

/** An engine that cannot be used. */
export interface Silent {
  readonly name: string;
  /** `is not installed`, for example. */
  readonly reason: string;
}

/**
 * Loads an image into the container engine of this machine, or keeps it as a file where none answers.
 *
 * @throws WolfiError when the archive cannot be read or kept; the signal's reason
 */
export async function loadImage({ input, engines, folder, signal }: LoadOptions): Promise<LoadResult> {
  const silent: Silent[] = [];
  for (const engine of engines) {
    const reason = await engine.ask(signal);
    if (reason === undefined) return await loadWith(engine, input, signal);
    silent.push({ name: engine.name, reason });
  }
  return { kind: "kept", silent, ...(await keepImage(input, folder, signal)) };
}

async function loadWith(
  engine: ContainerEngine,
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<LoadResult> {
  const { chunks, summary } = passImageArchive(input);
  const exitCode = await engine.load(chunks, signal);
  if (exitCode !== 0) return { kind: "failed", engine: engine.name, exitCode };
  // An engine that is content with an archive knows better than we do.
  return { kind: "loaded", engine: engine.name, summary: await summary().catch(() => undefined) };
}
