import assert from "node:assert/strict";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { readIndex } from "../apk/apk-index.ts";
import { solve } from "../solver/solve.ts";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { ARCHITECTURES, embeddedRepository, IMAGES, imageWorld } from "./testing/embedded-repository.ts";

interface Lock {
  readonly contents: {
    readonly packages: readonly { readonly name: string; readonly version: string; readonly architecture: string }[];
  };
}

const { skip } = apkoOracle();

suite("the images on the embedded repository, by apko", () => {
  for (const image of IMAGES) {
    test(
      `${image} is locked to what our solver chooses, and built offline for each architecture`,
      { skip },
      async () => {
        await using folder = await temporaryFolder();
        const home = join(folder.path, "home");
        await mkdir(home);
        await cp("wolfi-images", join(folder.path, "wolfi-images"), { recursive: true });
        const repository = await embeddedRepository();
        await using server = await serveFiles(repository, { proxiedUrl: "http://packages.test/os" });
        const options = { folder: folder.path, home };
        const locked = await runApko(["lock", `wolfi-images/${image}.yaml`], { ...options, proxy: server.url });
        assert.equal(locked.exitCode, 0, locked.stderr);
        const lock = JSON.parse(
          await readFile(join(folder.path, "wolfi-images", `${image}.lock.json`), "utf8"),
        ) as Lock;
        for (const architecture of ARCHITECTURES) {
          const { packages } = readIndex(repository.get(`${architecture}/APKINDEX.tar.gz`)!, {
            keys: [],
            ignoreSignatures: true,
          });
          const url = `http://packages.test/os/${architecture}`;
          const solution = solve(await imageWorld(image), [{ label: "", url, packages }]);
          assert.ok(solution.kind === "solved");
          assert.deepEqual(
            lock.contents.packages
              .filter((each) => each.architecture === architecture)
              .map(({ name, version }) => `${name}=${version}`),
            solution.packages.map((solved) => `${solved.package.name}=${solved.package.version}`),
          );
          await mkdir(join(folder.path, architecture));
          const args = ["--lockfile", `wolfi-images/${image}.lock.json`, "--offline", "--vcs=false", "--sbom=false"];
          const build = ["build", `wolfi-images/${image}.yaml`, `${image}:test`, architecture, "--arch", architecture];
          const built = await runApko([...build, ...args], options);
          assert.equal(built.exitCode, 0, built.stderr);
        }
      },
    );
  }
});
