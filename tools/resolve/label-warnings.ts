import { parseConstraint } from "../apk/constraint.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { parseRepositoryLine } from "../apko/repository-line.ts";
import { constraintsOf } from "../apko/world.ts";
import { formatPosition } from "../error/wolfi-error.ts";

/**
 * Says which labels are asked for that no repository has. apko takes the package from the others then, without a word.
 *
 * @param repositories that are solved with, as they are written
 */
export function labelWarnings(
  { contents }: ImageConfiguration,
  repositories: readonly { readonly text: string }[],
): readonly string[] {
  const labels = new Set(repositories.map(({ text }) => parseRepositoryLine(text).label));
  return contents.packages.flatMap(({ text, position }) =>
    constraintsOf(text).flatMap((constraint) => {
      const { pin } = parseConstraint(constraint);
      if (pin === "" || labels.has(pin)) return [];
      return `No repository has the label of "${constraint}" (${formatPosition(position)}): label one, "@${pin} URL"`;
    }),
  );
}
