import type { Position } from "../error/wolfi-error.ts";

/** What one recipe file says: packages made from one origin, which share its version and licence. */
export interface Recipe {
  readonly origin: string;
  /** With its epoch: `8.21.0-r2`. */
  readonly version: string;
  readonly url: string;
  /** SPDX expression. */
  readonly license: string;
  readonly packages: readonly RecipePackage[];
}

export interface RecipePackage {
  readonly name: string;
  readonly description: string;
  /** As repositories write them: `x86_64`. */
  readonly architectures: readonly string[];
  readonly dependencies: RecipeDependencies;
  /** Empty only for a placeholder or a package that carries nothing but dependencies. */
  readonly contents: readonly RecipeContent[];
  /** Whether the package stands for a real one whose files it does not have. */
  readonly isPlaceholder: boolean;
  /** By the name that they have in the package, e.g. `.post-install`. */
  readonly scripts: Readonly<Record<string, string>>;
}

export interface RecipeDependencies {
  readonly runtime: readonly string[];
  readonly provides: readonly string[];
  readonly replaces: readonly string[];
  readonly installIf: readonly string[];
  readonly providerPriority: bigint;
}

/** One path that a package puts on disk. */
export interface RecipeContent {
  /** Relative to the root, without a leading slash. */
  readonly path: string;
  readonly kind: RecipeContentKind;
  /** Undefined: 0o644 for files, 0o755 for directories. */
  readonly mode: number | undefined;
  readonly uid: number;
  readonly gid: number;
  readonly position: Position;
}

export type RecipeContentKind =
  | { readonly kind: "directory" }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "text"; readonly text: string }
  /** A file beside the recipe; the path is relative to the recipe's folder. */
  | { readonly kind: "file"; readonly path: string }
  /** A file that the build hands over under this name, such as a program made elsewhere. */
  | { readonly kind: "input"; readonly name: string };
