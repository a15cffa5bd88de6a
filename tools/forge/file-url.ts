/** A line of a file in a commit. */
export interface FileLine {
  readonly commit: string;
  /** From the top of the git repository. */
  readonly path: string;
  readonly line: number | undefined;
}

/** @param site URL of the git repository's pages, without a slash at the end */
export function fileUrl(kind: "github" | "gitea", site: string, { commit, path, line }: FileLine): string {
  const folder = kind === "github" ? "blob" : "src/commit";
  const file = path.split("/").map(encodeURIComponent).join("/");
  return `${site}/${folder}/${commit}/${file}${line === undefined ? "" : `#L${line}`}`;
}
