import { list, struct } from "../yaml/collection-shapes.ts";
import type { Shape } from "../yaml/read-yaml.ts";
import { described, optional, refined } from "../yaml/refine.ts";
import { filled, oneOf, text } from "../yaml/scalar-shapes.ts";
import { branchPatternFormat, UPDATE_BRANCHES } from "./branch-pattern.ts";
import type { TextFormat } from "./text-format.ts";

/** What `wolfi update` does where its call says nothing else; the names of the fields are those of its options. */
export interface UpdateSettings {
  /** Names, and patterns of them. */
  readonly branches: readonly string[];
  /** A name of git's configuration, or a URL. */
  readonly remote: string | undefined;
  /** `git`: it has no pull requests. */
  readonly host: (typeof hostKinds)[number] | undefined;
  /** URL. */
  readonly "api-url": string | undefined;
  readonly labels: readonly string[];
  readonly author: Author | undefined;
  /** Labels of Bazel, and patterns of them. */
  readonly build: readonly string[];
}

export const hostKinds = ["github", "gitea", "git"] as const;

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** As git writes it: `Wolfi update <update@example.com>` */
export const authorFormat: TextFormat<Author> = {
  parse(written) {
    const [, name, email] = /^([^<>\n]*[^<>\s])\s*<([^<>\s]+)>$/.exec(written.trim()) ?? [];
    return name === undefined || email === undefined ? undefined : { name, email };
  },
  form: 'a name and an address, "NAME <E-MAIL>"',
};

const branch: Shape<string> = refined(text, (written, { refuse }) => {
  if (branchPatternFormat.parse(written) === undefined) {
    return refuse(`"${written}" must be ${branchPatternFormat.form}`);
  }
  return written.startsWith(UPDATE_BRANCHES) ? refuse(`"${written}" is the branch of an update itself`) : written;
});

const remote: Shape<string> = refined(filled, (written, { refuse }) => {
  if (/^https?:\/\/[^/]*@/.test(written)) {
    return refuse('"remote" must not hold a credential', "Leave it out: the token comes from the environment");
  }
  return written.startsWith("-") ? refuse(`"${written}" is no remote`) : written;
});

const author: Shape<Author> = refined(text, (written, { refuse }) => {
  return authorFormat.parse(written) ?? refuse(`"${written}" must be ${authorFormat.form}`);
});

export const updateSettingsShape: Shape<UpdateSettings> = struct<UpdateSettings>({
  branches: described("Branches that are updated: names, and patterns with one star, as `6.*`", list(branch)),
  remote: described("Remote of git, or its URL", optional(remote)),
  host: described("What the remote is", optional(oneOf(hostKinds) as Shape<UpdateSettings["host"]>)),
  "api-url": described("URL of the host's interface", optional(filled)),
  labels: described("Labels of pull requests that are opened", list(filled)),
  author: described("Who commits: `NAME <E-MAIL>`", optional(author)),
  build: described("Targets that are built with the new lockfiles", list(filled)),
});
