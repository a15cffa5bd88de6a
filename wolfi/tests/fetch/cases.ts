import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TEST_KEY } from "../../../tools/testing/test-key.ts";
import type { Ending } from "./bazel.ts";
import type { Image, Setting } from "./setting.ts";

/** Packages of images that fail, or that a case fetches in its own way, are in no other image. */
export const IMAGES: Readonly<Record<string, Image>> = {
  one: { packages: ["shared-a", "shared-b", "only-one"] },
  two: { packages: ["shared-a", "shared-b", "only-two"] },
  wrong: { packages: ["shared-a", "wrong"] },
  cut: { packages: ["cut"] },
  whole: { packages: ["whole"] },
  gone: { packages: ["gone"] },
  beyond: { packages: ["beyond"] },
  fine: { packages: ["fine", "lib+x++"] },
  distributed: { packages: ["distributed"] },
  private: { packages: ["secret-a"], repository: "private" },
  helped: { packages: ["secret-b"], repository: "private" },
  both: { packages: ["secret-c"], repository: "private" },
  redirected: { packages: ["secret-d"], repository: "private" },
  plain: { packages: ["plain-a"], repository: "plain" },
  given: { packages: ["plain-b"], repository: "plain" },
};

/** Name → what has to hold; each starts from what those before it have fetched. */
export const CASES: readonly (readonly [name: string, run: (setting: Setting) => Promise<void>])[] = [
  [
    "an image fetches each segment of its own packages and architecture once, in parallel, and no index or key",
    async (setting) => {
      const { server, segmentsOf, requestsOf } = setting;
      server.delayMs = 300;
      const requests = await requestsOf(() => builds(setting, ["//:one_base_image"]));
      server.delayMs = 0;
      assert.deepEqual(requests, await segmentsOf("one", "x86_64"));
      assert.equal(requests.length, 9);
      assert.ok(server.mostAtOnce >= 4, `at most ${server.mostAtOnce} requests at once`);
    },
  ],
  [
    "another image fetches what is new, another architecture its own, a second build nothing",
    async (setting) => {
      const { segmentsOf, requestsOf } = setting;
      const two = await requestsOf(() => builds(setting, ["//:two_base_image"]));
      assert.deepEqual(two, await segmentsOf("two", "x86_64", ["only-two"]));
      const other = await requestsOf(() => builds(setting, ["//:one_base_image_aarch64"]));
      // What packages hold is the same for both architectures here, and so in the repository cache.
      const known = new Set((await setting.fileNamesOf("one", "x86_64")).values());
      const fresh = [...(await setting.fileNamesOf("one", "aarch64"))].filter(([, name]) => !known.has(name));
      assert.deepEqual(other, fresh.map(([request]) => request).sort());
      assert.equal(other.length, 6);
      const again = await requestsOf(() =>
        builds(setting, ["//:one_base_image", "//:two_base_image", "//:one_base_image_aarch64"]),
      );
      assert.deepEqual(again, []);
    },
  ],
  [
    "a package that is locked anew is all that is fetched",
    async (setting) => {
      const { segmentsOf, requestsOf } = setting;
      setting.publish({ name: "only-one", version: "1.1-r0" });
      await setting.lock("one");
      const requests = await requestsOf(() => builds(setting, ["//:one_base_image", "//:two_base_image"]));
      assert.deepEqual(requests, await segmentsOf("one", "x86_64", ["only-one"]));
      assert.ok(requests.every((request) => request.includes("only-one-1.1-r0.apk")));
    },
  ],
  [
    "what is not the locked package is refused, with the image, the package and the cure, and stops no other image",
    async (setting) => {
      const { server } = setting;
      server.faults
        .set("wrong-1.0-r0.apk", "wrong byte")
        .set("cut-1.0-r0.apk", "cut off")
        .set("whole-1.0-r0.apk", "whole file")
        .set("gone-1.0-r0.apk", "gone");
      await edit(setting, "wolfi-images/beyond.lock.json", widenControl);
      const images = ["wrong", "cut", "whole", "gone", "beyond"];
      const targets = [...images, "fine"].map((image) => `//:${image}_base_image`);
      const { exitCode, text } = await setting.bazel(["build", "--keep_going", "--show_result=20", ...targets]);
      assert.equal(exitCode, 1, text);
      for (const image of images) {
        says(
          text,
          `Cannot fetch ${image}-1.0-r0.apk: ${server.url}/os/x86_64/${image}-1.0-r0.apk did not give the bytes`,
        );
        says(text, `errors encountered while analyzing target '//:${image}_base_image'`);
        says(text, `wolfi_images//:${image}_x86_64 depends on `);
      }
      says(text, "Where the package was withdrawn or built again: Run `bazel run @wolfi//tools:lock`");
      assert.match(text, /fine_base_image up-to-date/, text);
    },
  ],
  [
    "apko_image is handed the files that rules_apko's own translate_lock would hand it, less indexes and whole packages",
    async (setting) => {
      const { exitCode, text } = await setting.bazel([
        "cquery",
        "--output=starlark",
        `--starlark:expr="\\n".join([name + " " + f.short_path.split("/", 2)[2] for name in ["apks", "keyrings", "indexes"] for f in getattr(providers(target)["OutputGroupInfo"], name).to_list()])`,
        "@wolfi_images//:fine_x86_64",
      ]);
      assert.equal(exitCode, 0, text);
      const found = text.split("\n").filter((line) => /^(apks|keyrings|indexes) /.test(line));
      // What the real one made of such a lockfile: QueryEscape of the repository, or of the key's folder.
      const folder = `${encodeURIComponent(`${setting.server.url}/os`)}/x86_64`;
      const segments = [...(await setting.fileNamesOf("fine", "x86_64"))].map(([request, name]) => {
        const [, file] = /([^/]*)\.apk /.exec(request) ?? [];
        return `apks ${folder}/${file}/${name}`;
      });
      const key = `keyrings ${encodeURIComponent(`${setting.server.url}/`)}/os/${TEST_KEY.name}/${TEST_KEY.name}`;
      assert.deepEqual(found.sort(), [...segments, key].sort());
      assert.equal(found.length, 7);
      assert.ok(found.some((line) => line.includes("/lib+x++-1.0-r0/")));
    },
  ],
  [
    "a failure is forgotten as soon as the server is mended",
    async (setting) => {
      setting.server.faults.clear();
      await setting.lock("beyond");
      await builds(
        setting,
        ["wrong", "cut", "whole", "gone", "beyond"].map((image) => `//:${image}_base_image`),
      );
    },
  ],
  [
    "a package whose segments lie in --distdir is not asked for",
    async (setting) => {
      const distdir = join(setting.workspace, "distdir");
      await mkdir(distdir);
      for (const [request, name] of await setting.fileNamesOf("distributed", "x86_64")) {
        const [path, range = ""] = request.split(" ");
        const response = await fetch(`${setting.server.url}/${path}`, { headers: { range } });
        await writeFile(join(distdir, name), await response.bytes());
      }
      const requests = await setting.requestsOf(() =>
        builds(setting, [`--distdir=${distdir}`, "//:distributed_base_image"]),
      );
      assert.deepEqual(requests, []);
    },
  ],
  [
    "netrc: a login that is missing or wrong is refused, the right one is taken, and another one later fetches nothing",
    async (setting) => {
      const { requestsOf, server, workspace } = setting;
      server.logins.set("private/", basic("me", PASSWORD));
      const missing = await setting.bazel(["build", "//:private_base_image"]);
      assert.equal(missing.exitCode, 1, missing.text);
      says(missing.text, "Cannot fetch secret-a-1.0-r0.apk");
      says(missing.text, "GET returned 401 Unauthorized");

      // Outside the workspace, where the closed profile has to let Bazel see it.
      const netrc = { environment: { NETRC: join(dirname(workspace), "netrc") } };
      const first = 'machine other.test login me password no # mine\nmachine "127.0.0.1" login me password';
      await writeFile(netrc.environment.NETRC, `${first} "open`);
      const broken = await setting.bazel(["build", "//:private_base_image"], netrc);
      says(broken.text, `Cannot read netrc "${netrc.environment.NETRC}:2": a quote is not closed`);
      assert.ok(!broken.text.includes('"open'), broken.text);

      await writeFile(netrc.environment.NETRC, `${first} "${PASSWORD}"\n`);
      const requests = await requestsOf(async () => {
        const { text } = await builds(setting, ["//:private_base_image"], netrc);
        assert.ok(!text.includes(PASSWORD), text);
      });
      assert.deepEqual(requests, await setting.segmentsOf("private", "x86_64"));

      await writeFile(netrc.environment.NETRC, "machine 127.0.0.1 login you password changed\n");
      assert.deepEqual(await requestsOf(() => builds(setting, ["//:private_base_image"], netrc)), []);
      assert.deepEqual(await requestsOf(() => builds(setting, ["//:private_base_image"])), []);
    },
  ],
  [
    "a credential helper is asked, and its answer comes before netrc's",
    async (setting) => {
      const { requestsOf, server, workspace } = setting;
      const header = basic("helper", PASSWORD);
      const answer = JSON.stringify({ headers: { Authorization: [header] } });
      await writeFile(join(workspace, "helper"), `#!/bin/sh\ncat >/dev/null\necho '${answer}'\n`, { mode: 0o755 });
      server.logins.set("private/", header);
      const helper = "--credential_helper=127.0.0.1=%workspace%/helper";
      assert.deepEqual(
        await requestsOf(() => builds(setting, [helper, "//:helped_base_image"])),
        await setting.segmentsOf("helped", "x86_64"),
      );
      const NETRC = join(workspace, "netrc");
      await writeFile(NETRC, `machine 127.0.0.1 login me password ${PASSWORD}\n`);
      await builds(setting, [helper, "//:both_base_image"], { environment: { NETRC } });
    },
  ],
  [
    "a redirect to another host takes no login along",
    async (setting) => {
      const { otherServer, server, workspace } = setting;
      const NETRC = join(workspace, "netrc");
      const login = basic("me", PASSWORD);
      server.logins.set("private/", login);
      const port = new URL(otherServer.url).port;
      server.faults.set("secret-d-1.0-r0.apk", { redirect: `http://localhost:${port}` });
      await builds(setting, ["//:redirected_base_image"], { environment: { NETRC } });
      const asked = otherServer.requests.map(({ path, headers }) => `${path} ${headers.range}`).sort();
      assert.deepEqual(asked, await setting.segmentsOf("redirected", "x86_64"));
      assert.deepEqual(new Set(otherServer.requests.map(({ headers }) => headers.authorization)), new Set([undefined]));
    },
  ],
  [
    "over plain http to another machine, netrc's login is not sent; one that HTTP_AUTH has for the host is",
    async (setting) => {
      const { server, workspace } = setting;
      const NETRC = join(workspace, "netrc");
      await writeFile(NETRC, `default login me password ${PASSWORD}\n`);
      const environment = { NETRC, http_proxy: server.url };
      const sent = async (image: string, more: Readonly<Record<string, string>>): Promise<unknown> => {
        const before = server.requests.length;
        await builds(setting, [`//:${image}_base_image`], { environment: { ...environment, ...more } });
        return server.requests.slice(before).map(({ headers }) => headers.authorization);
      };
      assert.deepEqual(await sent("plain", {}), [undefined, undefined, undefined]);
      const given = basic("given", PASSWORD);
      assert.deepEqual(await sent("given", { HTTP_AUTH: `basic:plain.test:given:${PASSWORD}` }), [given, given, given]);
    },
  ],
  [
    "no login is left in what Bazel keeps",
    async (setting) => {
      const { text: outputBase } = await setting.bazel(["info", "output_base"]);
      const external = join(outputBase.trim().split("\n").at(-1)!, "external");
      const secrets = [PASSWORD, ...["me", "helper", "given"].map((user) => basic(user, PASSWORD).split(" ")[1]!)];
      let read = 0;
      for (const path of await filesOf(external, (name) => name.includes("secret-"))) {
        read += 1;
        const bytes = await readFile(path, "latin1");
        for (const secret of secrets) assert.ok(!bytes.includes(secret), `${path} holds a login`);
      }
      assert.ok(read >= 20, `only ${read} files were read`);
    },
  ],
  [
    "another output base takes all from the repository cache, without a network",
    async (setting) => {
      const startup = [`--output_base=${join(setting.workspace, "../other-output-base")}`];
      const requests = await setting.requestsOf(() =>
        builds(setting, ["--repository_disable_download", "//:one_base_image", "//:two_base_image"], {
          startup,
        }),
      );
      await setting.bazel(["clean", "--expunge"], { startup });
      assert.deepEqual(requests, []);
    },
  ],
];

const PASSWORD = "never-shown-71c1";

async function builds(setting: Setting, args: readonly string[], options = {}): Promise<Ending> {
  const ending = await setting.bazel(["build", ...args], options);
  assert.equal(ending.exitCode, 0, ending.text);
  return ending;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function says(text: string, part: string): void {
  assert.ok(text.includes(part), `it does not say: ${part}\n${text}`);
}

async function edit(setting: Setting, path: string, change: (text: string) => string): Promise<void> {
  const file = join(setting.workspace, path);
  await writeFile(file, change(await readFile(file, "utf8")));
}

/** The control segment ends, and the data segment begins, far behind the package's end. */
function widenControl(text: string): string {
  const lock = JSON.parse(text) as {
    contents: { packages: { control: { range: string }; data: { range: string } }[] };
  };
  for (const { control, data } of lock.contents.packages) {
    control.range = control.range.replace(/-\d+$/, "-99999999");
    data.range = "bytes=100000000-100000099";
  }
  return JSON.stringify(lock);
}

/** Repositories and their markers, by name. Others are not entered: links in a module's own folder may lead in circles. */
async function filesOf(external: string, isWanted: (name: string) => boolean): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of (await readdir(external)).filter(isWanted)) {
    const path = join(external, name);
    if ((await stat(path)).isFile()) files.push(path);
    else {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      files.push(...entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
    }
  }
  return files;
}
