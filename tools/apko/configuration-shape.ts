import { list, struct, textMap } from "../yaml/collection-shapes.ts";
import { enumOf } from "../yaml/json-schema.ts";
import type { Shape } from "../yaml/read-yaml.ts";
import { described, optional, refined, withZero } from "../yaml/refine.ts";
import { filled, flag, integer, located, matching, oneOf, placed, text, unsigned } from "../yaml/scalar-shapes.ts";
import { knownArchitectureNames } from "./architecture.ts";
import type {
  BaseImageReference,
  Group,
  ImageAccounts,
  ImageCertificates,
  ImageConfiguration,
  ImageContents,
  ImageEntrypoint,
  NamedContent,
  PathMutation,
  User,
} from "./image-configuration.ts";
import { repositoryPattern } from "./repository-line.ts";
import { constraintGrammar, packagePattern } from "./world.ts";

/** What apko 1.2.30 can do to a path (pkg/build/paths.go). */
const pathTypes = ["directory", "empty-file", "hardlink", "symlink", "permissions"];

/** The name becomes a file's: neither hidden nor outside its folder. */
const fileName = placed(
  matching(/^[a-zA-Z0-9_-]+[a-zA-Z0-9_.-]*$/, "a name of letters, digits, _, - and ., which is not first"),
);

const userId = refined(unsigned, (uid, { refuse }) =>
  uid === 0
    ? refuse('a user cannot have the "uid" 0', 'Give it one above 0; to run the image as root, write "run-as: 0"')
    : uid,
);

const repository = described("URL, or `@LABEL URL`: only `NAME@LABEL` is taken from it", located, {
  pattern: repositoryPattern,
  errorMessage: "A URL is missing behind the label",
});

/**
 * Every field of an image configuration: how it is read, and what it says to people. The schema for editors and the
 * tables of docs/image-configuration.md are held against it.
 */
export const imageConfigurationShape: Shape<ImageConfiguration> = struct<ImageConfiguration>({
  contents: described(
    "What the image is made of",
    struct<ImageContents>({
      build_repositories: described("URLs of repositories that the image does not name", list(repository)),
      runtime_repositories: described("URLs that the image only names: nothing is locked from them", list(repository)),
      repositories: described("URLs; `/etc/apk/repositories` in the image names them too", list(repository)),
      keyring: described("URLs or paths of the public keys of the indexes", list(located)),
      runtime_keyring: described(
        "Keys that are only put into the image",
        list(
          struct<NamedContent>({
            name: described("File name of a key that is only put into the image", fileName),
            content: described("Such a key itself, PEM", filled),
          }),
        ),
      ),
      packages: described(
        "What the image asks for: constraints",
        list(
          described("`NAME`, `NAME=1.2.3-r4`, `NAME>=1.2`, `NAME~1.2` or `NAME@LABEL`", located, {
            pattern: packagePattern,
            errorMessage: constraintGrammar,
          }),
        ),
      ),
      baseimage: described(
        "The image that the packages are added to",
        optional(
          struct<BaseImageReference>({
            image: described("Base image: folder in OCI's layout", placed(filled)),
            apkindex: described("Folder with the base image's database: `x86_64/APKINDEX`, …", placed(filled)),
          }),
        ),
      ),
    }),
  ),
  entrypoint: described(
    "What the image runs",
    struct<ImageEntrypoint>({
      type: described("`service-bundle`: s6 starts the services; asks for the package `s6`", text, {
        examples: ["service-bundle"],
      }),
      command: described("The entrypoint, cut into words as a shell does", text),
      "shell-fragment": described("Instead of a command: run by `/bin/sh -c`, which has to be there", text),
      services: described("Name → command, for a service bundle", textMap),
    }),
  ),
  cmd: described("Arguments of the entrypoint, cut into words", text),
  "stop-signal": described("The signal that stops it: `SIGQUIT`, …", text),
  "work-dir": described("Folder in which it starts", text),
  accounts: described(
    "Users and groups",
    struct<ImageAccounts>({
      "run-as": described("Who the image runs as: a user's name, or a number", text),
      users: described(
        "Users that are added",
        list(
          struct<User>({
            username: described("Added to what packages put into `/etc/passwd`", placed(filled)),
            uid: described("1 or more. To run as root, write `run-as: 0`", userId, { minimum: 1 }),
            gid: described("Default: the uid", optional(unsigned)),
            shell: described("Default: `/bin/sh`", text),
            homedir: described("Default: `/home/NAME`. Made with mode 0700, if need be", text),
          }),
        ),
      ),
      groups: described(
        "Groups that are added",
        list(
          struct<Group>({
            groupname: described("Added to `/etc/group`", placed(filled)),
            gid: described("The group's number", unsigned),
            members: described("Names of users in it", list(text)),
          }),
        ),
      ),
    }),
  ),
  archs: described(
    "`x86_64`, `aarch64`, …; also `amd64`, `arm64`, …",
    list(
      described("An architecture, by its name in repositories or in images", located, {
        enum: enumOf(knownArchitectureNames),
        errorMessage: `The architectures are ${knownArchitectureNames.join(", ")}`,
      }),
    ),
  ),
  environment: described("Variables; `PATH` and `SSL_CERT_FILE` have a value without it", textMap),
  paths: described(
    "Files and folders, after the packages are installed",
    list(
      struct<PathMutation>({
        path: described("What is made or changed, after the packages are installed", text),
        type: described("`directory`, `empty-file`, `hardlink`, `symlink`, `permissions`", oneOf(pathTypes)),
        uid: described("The owner's number", optional(unsigned)),
        gid: described("The group's number", optional(unsigned)),
        permissions: described("Mode: `0o755`", unsigned),
        source: described("What a link leads to", text),
        recursive: described("Whether mode and owner go to everything below a folder", flag),
      }),
    ),
  ),
  "vcs-url": described("`URL@COMMIT` of the source. Sets no label", text),
  annotations: described("Labels of the image", textMap),
  include: described("Another configuration, from the workspace root", located),
  volumes: described("Folders that an engine keeps elsewhere; `paths` makes folders", list(text)),
  layering: described(
    "Several layers instead of one",
    optional(
      struct({
        strategy: described(
          "`origin`: several layers, packages of one origin together",
          withZero(oneOf(["origin"]), ""),
        ),
        budget: described("How many layers at most; one more holds all else", integer),
      }),
    ),
  ),
  certificates: described(
    "Certificate authorities that the image trusts",
    optional(
      struct<ImageCertificates>({
        additional: described(
          "Certificates that stand here",
          list(
            struct<NamedContent>({
              name: described("Name of a certificate authority that the image trusts", fileName),
              content: described("The certificate, PEM", text),
            }),
          ),
        ),
        providers: described("Names: what packages bring that provide them is trusted too", list(text)),
      }),
    ),
  ),
  format: described("Format of the layers, known to apko above 1.2.30", text),
});
