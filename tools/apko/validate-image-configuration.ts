import { nearestName } from "../error/nearest-name.ts";
import { WolfiError, type Position } from "../error/wolfi-error.ts";
import { knownArchitectureNames, normalizeArchitecture } from "./architecture.ts";
import type { ImageConfiguration } from "./image-configuration.ts";
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
export function findConfigurationProblems(configuration: ImageConfiguration): readonly WolfiError[] {
  return [...findRepeatedRuntimeKeys(configuration), ...findBaseImageProblems(configuration)];
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

function findRepeatedRuntimeKeys({ contents }: ImageConfiguration): readonly WolfiError[] {
  const seen = new Set<string>();
  return contents.runtime_keyring.flatMap(({ name: { text: name, position } }) => {
    if (seen.has(name)) return [problem("BAD_RUNTIME_KEY", `the runtime key "${name}" stands twice`, position)];
    seen.add(name);
    return [];
  });
}

function findBaseImageProblems(configuration: ImageConfiguration): readonly WolfiError[] {
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
  const { position } = contents.baseimage.image;
  return others
    .filter(([, isGiven]) => isGiven)
    .map(([field]) => {
      const reason = `"${field}" cannot stand with "contents.baseimage", which allows contents, archs and include alone`;
      return problem("BASE_IMAGE", reason, position);
    });
}

function problem(code: string, reason: string, position: Position, cure?: string): WolfiError {
  const options = { kind: "input", position, cure } as const;
  return new WolfiError(code, `Cannot read image configuration: ${reason}`, options);
}
