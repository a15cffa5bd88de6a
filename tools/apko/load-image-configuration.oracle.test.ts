import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { normalizeArchitecture } from "./architecture.ts";
import type { ImageConfiguration } from "./image-configuration.ts";
import { loadImageConfiguration } from "./load-image-configuration.ts";
import { configurationCases } from "./testing/configuration-cases.ts";

const { skip } = apkoOracle();

suite("loadImageConfiguration() like apko", () => {
  for (const { title, text, isValid, differs } of configurationCases) {
    test(differs === undefined ? title : `${title}: not like apko, since ${differs}`, { skip }, async () => {
      await using folder = await temporaryFolder();
      await writeFile(join(folder.path, "image.yaml"), text);
      const shown = await runApko(["show-config", "image.yaml"], { folder: folder.path, home: folder.path });
      const loaded = await load(text);
      assert.equal(loaded.kind === "valid", isValid, JSON.stringify(loaded));
      assert.equal(shown.exitCode === 0, differs === undefined ? isValid : !isValid, shown.stderr);
      if (loaded.kind === "invalid" || shown.exitCode !== 0) return;
      const again = await load(shown.stdout);
      assert.equal(again.kind, "valid", shown.stdout);
      if (again.kind === "valid") assert.deepEqual(values(loaded.configuration), values(again.configuration));
    });
  }
});

function load(text: string): ReturnType<typeof loadImageConfiguration> {
  return loadImageConfiguration("image.yaml", () => Promise.resolve(Buffer.from(text)));
}

/** Without positions, and with what apko itself fills in before it shows a configuration. */
function values(configuration: ImageConfiguration): unknown {
  const { accounts, entrypoint, contents, archs } = configuration;
  const isBundle = entrypoint.type === "service-bundle";
  const filled = {
    ...configuration,
    archs: archs.map(({ text }) => normalizeArchitecture(text)),
    entrypoint: isBundle ? { ...entrypoint, command: "/bin/s6-svscan /sv" } : entrypoint,
    contents: { ...contents, packages: contents.packages.filter(({ text }) => !isBundle || text !== "s6") },
    accounts: {
      ...accounts,
      users: accounts.users.map((user) => ({ ...user, homedir: user.homedir || `/home/${user.username.text}` })),
    },
  };
  return JSON.parse(
    JSON.stringify(filled, (key, value: unknown) => {
      if (key === "position") return undefined;
      return value instanceof Map ? Object.fromEntries(value) : value;
    }),
  );
}
