import { constraintsOf } from "../apko/world.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import type { Position } from "../error/wolfi-error.ts";

/** What an image asks for of itself. */
export type Wish =
  | {
      readonly kind: "package";
      /** As written: `git>=2.40@edge`. */ readonly text: string;
      readonly position: Position | undefined;
    }
  | {
      readonly kind: "entrypoint";
      /** The supervisor that a service bundle needs. */
      readonly text: "s6";
      readonly position: Position | undefined;
    }
  | { readonly kind: "base-image"; /** Its path. */ readonly text: string; readonly position: Position | undefined };

/**
 * Lists what a configuration asks for, in the order in which it stands there: what it includes first.
 *
 * @param file the configuration's path, for what has no line of its own
 */
export function wishesOf({ contents, entrypoint }: ImageConfiguration, file: string): readonly Wish[] {
  const packages = contents.packages.flatMap(({ text, position }) =>
    constraintsOf(text).map((constraint): Wish => ({ kind: "package", text: constraint, position })),
  );
  const supervisor: readonly Wish[] =
    entrypoint.type === "service-bundle" ? [{ kind: "entrypoint", text: "s6", position: { file } }] : [];
  const { baseimage } = contents;
  const base: readonly Wish[] =
    baseimage === undefined
      ? []
      : [{ kind: "base-image", text: baseimage.image.text, position: baseimage.image.position }];
  return [...packages, ...supervisor, ...base];
}
