import { WolfiError } from "../error/wolfi-error.ts";

/** Bazel's workspace status: key → value, which may be empty. */
export type WorkspaceStatus = ReadonlyMap<string, string>;

/**
 * Fills in the placeholders of an image's tags: `{STABLE_GIT_COMMIT}` is the value of that key in the workspace status.
 *
 * What a tag cannot hold in such a value becomes "-", as in most pipelines: the branch `team/fix` is the tag `team-fix`.
 * Nothing else is changed: a tag that is none even so is refused.
 *
 * @param status undefined in a build that is not stamped, where tags with a placeholder are left out
 * @returns each tag once, in the order given
 * @throws WolfiError `UNKNOWN_STATUS`, `EMPTY_STATUS`, `BAD_TAG`
 */
export function stampTags(tags: readonly string[], status: WorkspaceStatus | undefined): readonly string[] {
  const chosen = status === undefined ? tags.filter((tag) => !hasPlaceholder(tag)) : tags;
  return [...new Set(chosen.map((tag) => stampTag(tag, status ?? new Map())))];
}

/** Reads the files of Bazel's workspace status: a line is a key and, after a space, its value. */
export function readWorkspaceStatus(files: readonly string[]): WorkspaceStatus {
  const lines = files.flatMap((text) => text.split("\n")).filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [key = "", ...words] = line.split(" ");
      return [key, words.join(" ")];
    }),
  );
}

const PLACEHOLDER = /\{(\w+)\}/g;
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
const TAG = /^\w[\w.-]{0,127}$/;
const NOT_IN_TAG = /[^\w.-]/gu;

function hasPlaceholder(tag: string): boolean {
  return tag.search(PLACEHOLDER) !== -1;
}

function stampTag(tag: string, status: WorkspaceStatus): string {
  const stamped = tag.replaceAll(PLACEHOLDER, (_, key: string) =>
    valueOf(key, tag, status).replaceAll(NOT_IN_TAG, "-"),
  );
  if (TAG.test(stamped)) return stamped;
  const written = stamped === tag ? "" : `, which is ${JSON.stringify(stamped)} here`;
  throw new WolfiError("BAD_TAG", `Cannot tag the image ${JSON.stringify(tag)}${written}: it is no tag`, {
    kind: "input",
    cure: `A tag is up to 128 letters, digits, "_", "." and "-", and begins with neither "." nor "-".`,
  });
}

function valueOf(key: string, tag: string, status: WorkspaceStatus): string {
  const value = status.get(key);
  if (value === undefined) {
    throw new WolfiError("UNKNOWN_STATUS", `Cannot tag the image "${tag}": the workspace status has no ${key}`, {
      kind: "input",
      cure: `It has ${[...status.keys()].sort().join(", ")}. What --workspace_status_command prints is added to it.`,
    });
  }
  if (value === "") {
    throw new WolfiError("EMPTY_STATUS", `Cannot tag the image "${tag}": ${key} is empty in the workspace status`, {
      kind: "input",
      cure: `BUILD_EMBED_LABEL comes from --embed_label, and what is not Bazel's from --workspace_status_command.`,
    });
  }
  return value;
}
