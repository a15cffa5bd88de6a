import { posix } from "node:path";

/**
 * Finds the links of a page that lead nowhere: to no file of the workspace, or to no heading of a page.
 *
 * @param path of the page, from the workspace root
 * @param read the text of a file of the workspace, "" for a folder, undefined where there is none
 */
export function findBrokenLinks(
  path: string,
  markdown: string,
  read: (path: string) => string | undefined,
): readonly string[] {
  return linksOf(markdown).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : posix.join(posix.dirname(path), file);
    const text = target === path ? markdown : read(target);
    return text === undefined || (anchor !== undefined && !anchorsOf(text).includes(anchor));
  });
}

function linksOf(markdown: string): readonly string[] {
  const links = withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].map(([, link]) => link!);
}

/** As GitHub names headings, without the numbers that it gives to equal ones. */
function anchorsOf(markdown: string): readonly string[] {
  const headings = markdown.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ +(.+)$/gm);
  return [...headings].map(([, heading]) =>
    heading!
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
}
