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

  for (const [why, includer] of [
    ["a value of each kind on both sides: the includer wins, lists and mappings are joined", everyField("z")],
    ["nothing but the include: all is included but vcs-url", ""],
  ] as const) {
    test(`merges ${why}`, { skip }, async () => {
      await using folder = await temporaryFolder();
      const files = {
        "image.yaml": `include: a.yaml\n${includer}`,
        "a.yaml": everyField("a"),
        "a.pub": "",
        "z.pub": "",
      };
      for (const [path, text] of Object.entries(files)) await writeFile(join(folder.path, path), text);
      const shown = await runApko(["show-config", "image.yaml"], { folder: folder.path, home: folder.path });
      assert.equal(shown.exitCode, 0, shown.stderr);
      const loaded = await load(files["image.yaml"], files["a.yaml"]);
      const again = await load(shown.stdout.replace(/^include: .*\n/m, ""));
      assert.ok(loaded.kind === "valid" && again.kind === "valid", shown.stdout);
      const { include, ...merged } = loaded.configuration;
      assert.equal(include.text, "a.yaml");
      assert.deepEqual(values({ ...merged, include: again.configuration.include }), values(again.configuration));
    });
  }
});

/** A configuration with a value of its own, or two, in each field that can be merged. */
function everyField(own: string): string {
  return `contents:
  build_repositories: [${own}/b]
  runtime_repositories: [${own}/t//]
  repositories: [${own}/r, same]
  keyring: [${own}.pub]
  runtime_keyring: [{name: ${own}, content: x}]
  packages: [${own}, same]
entrypoint: {command: /${own}}
cmd: ${own}
stop-signal: SIG${own}
work-dir: /${own}
accounts:
  run-as: ${own}
  users: [{username: ${own}, uid: 5}]
  groups: [{groupname: ${own}, gid: 6, members: [${own}]}]
archs: [${own === "a" ? "amd64, arm64" : "riscv64"}]
environment: {BOTH: ${own}, ${own}: x}
annotations: {both: ${own}, ${own}: x}
paths: [{path: /${own}, type: directory, permissions: 0o755}]
vcs-url: https://${own}.test
volumes: [/${own}]
layering: {strategy: origin, budget: ${own === "a" ? 1 : 2}}
certificates: {additional: [{name: ${own}, content: x}], providers: [${own}]}
`;
}

function load(text: string, included?: string): ReturnType<typeof loadImageConfiguration> {
  return loadImageConfiguration("image.yaml", (path) => {
    const found = path === "image.yaml" ? text : included;
    return Promise.resolve(found === undefined ? undefined : Buffer.from(found));
  });
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
