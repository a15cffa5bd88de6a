import { join } from "node:path";
import { packageOf } from "../../solver/testing/package-notation.ts";
import { generateTestKey, type TestKey } from "../../testing/test-key.ts";
import { type TestPackage, testRepository } from "../../testing/test-repository.ts";
import { writeFiles } from "../../testing/write-files.ts";

/** A workspace in which `image.yaml` is locked. */
export interface LockScenario {
  /** Path → text. `SERVER` stands for the URL of a server that has all files of the workspace. */
  readonly files: Readonly<Record<string, string>>;
  /** By folder. */
  readonly repositories: Readonly<Record<string, ScenarioRepository>>;
  /** Instead of those of the configuration, by OCI names. */
  readonly architectures?: readonly string[];
}

export interface ScenarioRepository {
  /** As repositories name them. */
  readonly architectures: readonly string[];
  /** As lines of {@link packageOf}. */
  readonly packages: readonly string[];
  /** Keys of {@link scenarioKeys} that sign the indexes; none leaves them unsigned. */
  readonly signedBy: readonly KeyName[];
  readonly arePackagesSigned: boolean;
}

/** Names of the keys; their public halves are in each workspace as `keys/NAME.rsa.pub`. */
export const keyNames = ["one", "two", "three"] as const;
export type KeyName = (typeof keyNames)[number];

const scenarioKeys = new Map<KeyName, TestKey>();

function keyOf(name: KeyName): TestKey {
  const key = scenarioKeys.get(name) ?? generateTestKey(`${name}.rsa.pub`);
  scenarioKeys.set(name, key);
  return key;
}

/** Writes a scenario's workspace into a folder: repositories, keys, and `files`, which may replace any of them. */
export async function writeLockScenario(folder: string, scenario: LockScenario, serverUrl: string): Promise<void> {
  await writeFiles(
    join(folder, "keys"),
    keyNames.map((name) => [`${name}.rsa.pub`, keyOf(name).pem]),
  );
  // The first key's name on another key.
  await writeFiles(join(folder, "keys"), [["wrong/one.rsa.pub", keyOf("two").pem]]);
  for (const [place, repository] of Object.entries(scenario.repositories)) {
    const files = testRepository(
      repository.packages.map((line) => testPackageOf(line, repository)),
      {
        architectures: repository.architectures,
        key: keyOf("one"),
        indexSignatures: repository.signedBy.map((name) => ({ algorithm: "RSA256", key: keyOf(name) })),
      },
    );
    await writeFiles(join(folder, place), files);
  }
  const texts = Object.entries(scenario.files);
  await writeFiles(
    folder,
    texts.map(([path, text]) => [path, text.replaceAll("SERVER", serverUrl)]),
  );
}

function testPackageOf(line: string, { arePackagesSigned }: ScenarioRepository): TestPackage {
  const { name, version, architecture, dependencies, provides, installIf, providerPriority, origin } = packageOf(line);
  const fields = { name, version, dependencies, provides, installIf, providerPriority, origin };
  // Others have the architecture of their index.
  return { ...fields, ...(architecture === "noarch" ? { architecture } : {}), isSigned: arePackagesSigned };
}
