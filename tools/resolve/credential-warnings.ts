import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { formatPosition, redactUrl } from "../error/wolfi-error.ts";

/** Says which credentials get into the lockfile: it has URLs as they are written, and goes about, into git and builds. */
export function credentialWarnings({ contents }: ImageConfiguration): readonly string[] {
  const { keyring, build_repositories, runtime_repositories, repositories } = contents;
  return [...keyring, ...build_repositories, ...runtime_repositories, ...repositories]
    .filter(({ text }) => redactUrl(text) !== text)
    .map(
      ({ text, position }) =>
        `The lockfile holds the user and password of "${redactUrl(text)}" (${formatPosition(position)}), and Bazel ` +
        "refuses to build from it: take them out of the URL, and put them into ~/.netrc",
    );
}
