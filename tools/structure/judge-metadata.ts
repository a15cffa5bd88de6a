import { isDeepStrictEqual } from "node:util";
import { environmentOf } from "../image/environment.ts";
import type { ImageSettings } from "../image/image-documents.ts";
import type { KeyTest, MetadataTest, Placed } from "./structure-configuration.ts";
import { resultOf, type TestResult } from "./test-result.ts";

/** Judges what a container starts with: one result for each variable, label, port, volume and field. */
export function judgeMetadata(test: MetadataTest, { config }: ImageSettings): readonly TestResult[] {
  const variables = environmentOf(config.Env);
  const labels = new Map(Object.entries(config.Labels));
  const volumes = new Set(Object.keys(config.Volumes));
  const ports = new Set(Object.keys(config.ExposedPorts).map((port) => port.split("/", 1)[0]!));
  return [
    ...test.envVars.map((expected) => judgeKey("variable", expected, variables)),
    ...test.unboundEnvVars.map(({ value, position }) => {
      const actual = variables.get(value);
      const failures = actual === undefined ? [] : [`it must not be set, and is ${quote(actual)}`];
      return resultOf(`Metadata Test: no variable ${value}`, position, "not set", failures);
    }),
    ...test.labels.map((expected) => judgeKey("label", expected, labels)),
    ...judgeSet("port", test.exposedPorts, test.unexposedPorts, ports),
    ...judgeSet("volume", test.volumes, test.unmountedVolumes, volumes),
    ...judgeField("entrypoint", test.entrypoint, config.Entrypoint),
    ...judgeField("cmd", test.cmd, config.Cmd),
    ...judgeField("workdir", test.workdir, config.WorkingDir),
    ...judgeField("user", test.user, config.User),
  ];
}

function judgeKey(kind: "variable" | "label", expected: KeyTest, values: ReadonlyMap<string, string>): TestResult {
  const { key, value, pattern, position } = expected;
  const actual = values.get(key);
  const matches = actual !== undefined && (pattern === undefined ? actual === value : pattern.test(actual));
  const wanted = pattern === undefined ? quote(value) : `a match of ${quote(value)}`;
  const failures = matches ? [] : [`it must be ${wanted}, and is ${actual === undefined ? "not set" : quote(actual)}`];
  return resultOf(`Metadata Test: ${kind} ${key}`, position, quote(actual ?? ""), failures);
}

function judgeSet(
  kind: "port" | "volume",
  expected: readonly Placed<string>[],
  excluded: readonly Placed<string>[],
  actual: ReadonlySet<string>,
): readonly TestResult[] {
  const there = `there ${actual.size === 0 ? `is no ${kind}` : `are ${[...actual].sort().join(", ")}`}`;
  return [
    ...expected.map(({ value, position }) =>
      resultOf(
        `Metadata Test: ${kind} ${value}`,
        position,
        "there",
        actual.has(value) ? [] : [`it must be there, and ${there}`],
      ),
    ),
    ...excluded.map(({ value, position }) =>
      resultOf(
        `Metadata Test: no ${kind} ${value}`,
        position,
        "not there",
        actual.has(value) ? [`it must not be there, and is`] : [],
      ),
    ),
  ];
}

function judgeField<T>(name: string, expected: Placed<T> | undefined, actual: T): readonly TestResult[] {
  if (expected === undefined) return [];
  const { value, position } = expected;
  const failures = isDeepStrictEqual(value, actual) ? [] : [`it must be ${quote(value)}, and is ${quote(actual)}`];
  return [resultOf(`Metadata Test: ${name}`, position, quote(actual), failures)];
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}
