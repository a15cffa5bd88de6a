import { code } from "../diff/markdown.ts";
import { counted } from "../terminal/counted.ts";

/** Names images in cells of tables, which stay short where there are many. */
export interface ImageNames {
  /** @param names in the order of all */
  cellOf(names: readonly string[]): string;
  /** What the groups are that cells have spoken of until now, in the order of their numbers. */
  groups(): readonly string[];
}

/** @param all images that a text is about */
export function imageNames(all: readonly string[]): ImageNames {
  const groups = new Map<string, { readonly number: number; readonly names: readonly string[] }>();
  return {
    cellOf(names) {
      const named = new Set(names);
      const others = all.filter((name) => !named.has(name));
      if (all.length > 1 && others.length === 0) return `all ${all.length} images`;
      if (names.length <= LISTED) return listOf(names);
      if (others.length <= LISTED / 2) return `all but ${listOf(others)}`;
      const key = JSON.stringify(names);
      const group = groups.get(key) ?? { number: groups.size + 1, names };
      groups.set(key, group);
      return `group ${group.number} (${counted(names.length, "image")})`;
    },
    groups: () =>
      Array.from(groups.values(), ({ number, names }) => {
        return `- group ${number}, ${counted(names.length, "image")}: ${listOf(names)}`;
      }),
  };
}

/** More are a group. */
const LISTED = 4;

function listOf(names: readonly string[]): string {
  return names.map(code).join(", ");
}
