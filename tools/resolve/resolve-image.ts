import { apkArchitecture } from "../apko/architecture.ts";
import { type HeldBack, heldBackOf } from "../choice/held-back.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { shareReads } from "../sources/shared-reads.ts";
import { solveImage } from "./solve-image.ts";
import type { SolveRequest } from "./solve-request.ts";

export type ResolveResult =
  | { readonly kind: "resolved"; readonly architectures: readonly ResolvedArchitecture[] }
  | { readonly kind: "failed"; readonly problems: readonly WolfiError[] };

export interface ResolvedArchitecture {
  /** As repositories name it. */
  readonly architecture: string;
  /** In the order of installation. */
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** What was too fresh to be chosen; only with cooling-off. */
  readonly heldBack?: readonly HeldBack[];
}

/** Answers which packages a lock would choose, without fetching one. */
export async function resolveImage(request: SolveRequest, options: LockOptions): Promise<ResolveResult> {
  const { readFile, today, signal, coolingOff, onEvent = () => {} } = options;
  using shared = shareReads(options);
  const solved = await solveImage(request, { ...shared, readFile, today, signal, onEvent, coolingOff });
  if (solved.kind === "failed") return solved;
  return {
    kind: "resolved",
    architectures: solved.architectures.map((each) => ({
      architecture: apkArchitecture(each.architecture),
      packages: each.packages.map(({ package: { name, version } }) => ({ name, version })),
      ...(coolingOff === undefined ? {} : { heldBack: heldBackOf(each, today) }),
    })),
  };
}
