import { nearestName } from "../error/nearest-name.ts";
import { WolfiError, type Position } from "../error/wolfi-error.ts";
import { knownArchitectureNames, normalizeArchitecture } from "./architecture.ts";
import type { ImageConfiguration, NamedContent } from "./image-configuration.ts";
import { isLabelAlone } from "./repository-line.ts";
import { isEmptyEntrypoint } from "./merge-image-configuration.ts";
import { findBadConstraints } from "./world.ts";

/** Finds the entries of lists that can only fail later. Each entry is judged on its own. */
export function findEntryProblems(configuration: ImageConfiguration): readonly WolfiError[] {
  const { contents } = configuration;
  const repositories = [...contents.build_repositories, ...contents.runtime_repositories, ...contents.repositories];
  return [
    ...findBadConstraints(contents.packages),
    ...findBadArchitectures(configuration),
    ...repositories.flatMap(({ text, position }) =>
      isLabelAlone(text) ? [problem("BAD_REPOSITORY", `"${text}" labels no repository`, position)] : [],
    ),
  ];
}

/**
 * Finds what is wrong in a merged configuration beyond its form, as apko 1.2.30 does before it solves
 * (pkg/build/types/image_configuration.go).
 */
export function findConfigurationProblems(configuration: ImageConfiguration, file: string): readonly WolfiError[] {
  const { contents, accounts, certificates } = configuration;
  return [
    ...accounts.users.flatMap(({ username, uid }) => {
      const position = orFile(username.position, file);
      if (username.text === "") return [problem("BAD_ACCOUNT", `the user with uid ${uid} has no "username"`, position)];
      if (uid !== 0) return [];
      const cure = 'Give it a "uid" above 0; to run the image as root, write "run-as: 0"';
      return [problem("BAD_ACCOUNT", `the user "${username.text}" has uid 0`, position, cure)];
    }),
    ...accounts.groups
      .filter(({ groupname }) => groupname.text === "")
      .map(({ groupname, gid }) =>
        problem("BAD_ACCOUNT", `the group with gid ${gid} has no "groupname"`, orFile(groupname.position, file)),
      ),
    ...(certificates?.additional ?? []).flatMap((certificate) => findBadName("certificate", certificate, file)),
    ...findBadRuntimeKeys(contents.runtime_keyring, file),
    ...findBaseImageProblems(configuration, file),
  ];
}

/** apko cannot begin twice with one architecture: "base directory /tmp has incorrect permissions". */
function findBadArchitectures({ archs }: ImageConfiguration): readonly WolfiError[] {
  const seen = new Set<string>();
  return archs.flatMap(({ text, position }) => {
    const architecture = normalizeArchitecture(text);
    if (seen.has(architecture))
      return [problem("BAD_ARCHITECTURE", `the architecture "${text}" stands twice`, position)];
    seen.add(architecture);
    if (knownArchitectureNames.includes(text)) return [];
    const nearest = nearestName(text, knownArchitectureNames);
    const cure =
      nearest === undefined
        ? `The architectures are ${knownArchitectureNames.join(", ")}`
        : `Did you mean "${nearest}"?`;
    return [problem("BAD_ARCHITECTURE", `unknown architecture "${text}"`, position, cure)];
  });
}

function findBadRuntimeKeys(keys: readonly NamedContent[], file: string): readonly WolfiError[] {
  const seen = new Set<string>();
  return keys.flatMap((key) => {
    const bad = findBadName("runtime key", key, file);
    if (bad.length > 0) return bad;
    const { text: name, position } = key.name;
    if (key.content === "") return [problem("BAD_RUNTIME_KEY", `the runtime key "${name}" has no "content"`, position)];
    if (seen.has(name)) return [problem("BAD_RUNTIME_KEY", `the runtime key "${name}" stands twice`, position)];
    seen.add(name);
    return [];
  });
}

/** The name becomes a file's: neither hidden nor outside its folder. */
function findBadName(what: string, { name, content }: NamedContent, file: string): readonly WolfiError[] {
  if (/^[a-zA-Z0-9_-]+[a-zA-Z0-9_.-]*$/.test(name.text)) return [];
  const shown = JSON.stringify(content.trim().slice(0, 20));
  const reason = name.text === "" ? `the ${what} ${shown} has no "name"` : `bad name "${name.text}" of a ${what}`;
  return [
    problem("BAD_NAME", reason, orFile(name.position, file), "Use letters, digits, _, - and ., which is not first"),
  ];
}

function findBaseImageProblems(configuration: ImageConfiguration, file: string): readonly WolfiError[] {
  const { contents, entrypoint, accounts, environment, annotations } = configuration;
  if (contents.baseimage === undefined) return [];
  const others: readonly (readonly [field: string, isGiven: boolean])[] = [
    ["entrypoint", !isEmptyEntrypoint(entrypoint)],
    ["cmd", configuration.cmd !== ""],
    ["stop-signal", configuration["stop-signal"] !== ""],
    ["work-dir", configuration["work-dir"] !== ""],
    ["accounts", accounts["run-as"] !== "" || accounts.users.length > 0 || accounts.groups.length > 0],
    ["environment", environment.size > 0],
    ["paths", configuration.paths.length > 0],
    ["annotations", annotations.size > 0],
  ];
  const { image, apkindex } = contents.baseimage;
  const position = orFile(image.position.file === "" ? apkindex.position : image.position, file);
  return [
    ...Object.entries({ image, apkindex })
      .filter(([, { text }]) => text === "")
      .map(([field]) => problem("BASE_IMAGE", `"contents.baseimage" has no "${field}"`, position)),
    ...others
      .filter(([, isGiven]) => isGiven)
      .map(([field]) => {
        const reason = `"${field}" cannot stand with "contents.baseimage", which allows contents, archs and include alone`;
        return problem("BASE_IMAGE", reason, position);
      }),
  ];
}

/** A name that is not given stands nowhere. */
function orFile(position: Position, file: string): Position {
  return position.file === "" ? { file } : position;
}

function problem(code: string, reason: string, position: Position, cure?: string): WolfiError {
  const options = { kind: "input", position, cure } as const;
  return new WolfiError(code, `Cannot read image configuration: ${reason}`, options);
}
