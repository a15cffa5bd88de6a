import { decodeGoText } from "./go-text.ts";
import { find, type ImageTree, readFound } from "../image/image-tree.ts";
import type { FileContentTest } from "./structure-configuration.ts";
import { resultOf, type TestResult } from "./test-result.ts";

/** Judges what a file holds. Symbolic links are followed, inside of the image. */
export function judgeContents(test: FileContentTest, tree: ImageTree): TestResult {
  const name = `File Content Test: ${test.name}`;
  const read = readFound(find(tree, test.path, { followsLast: true }));
  if (read.kind === "unreadable") {
    return resultOf(name, test.position, "", [`${test.path} cannot be read: ${read.reason}`]);
  }
  const text = decodeGoText(read.content);
  const failures = [
    ...test.expectedContents
      .filter(({ pattern }) => !pattern.test(text))
      .map(({ source }) => `${test.path} must hold a match of ${JSON.stringify(source)}, and holds ${excerpt(text)}`),
    ...test.excludedContents.flatMap(({ source, pattern }) => {
      const match = pattern.exec(text)?.[0];
      const must = `${test.path} must not hold a match of ${JSON.stringify(source)}`;
      return match === undefined ? [] : [`${must}, and holds ${excerpt(match)}`];
    }),
  ];
  return resultOf(name, test.position, `${test.path}, ${read.content.length} bytes`, failures);
}

const LONGEST_EXCERPT = 200;

function excerpt(text: string): string {
  return text.length <= LONGEST_EXCERPT
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, LONGEST_EXCERPT))}… (${text.length} characters)`;
}
