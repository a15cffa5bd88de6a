import assert from "node:assert/strict";
import { writeFile, mkdir, readdir, chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
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
  fine: { packages: ["fine"] },
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
      assert.deepEqual(other, await segmentsOf("one", "aarch64"));
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
          `Cannot fetch ${image}-1.0-r0.apk: ${server.url}/os/x86_64/${image}-1.0-r0.apk does not give the bytes`,
        );
        assert.match(text, new RegExp(`//:${image}_base_image.*failed`), text);
        assert.match(text, new RegExp(`wolfi_images//:${image}_x86_64`), text);
      }
      says(text, "Run `bazel run @wolfi//tools:lock`");
      assert.match(text, /fine_base_image up-to-date/, text);
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
    "another output base takes all from the repository cache, without a network",
    async (setting) => {
      const startup = [`--output_base=${join(setting.workspace, "../other-output-base")}`];
      const requests = await setting.requestsOf(() =>
        builds(setting, ["--repository_disable_download", "//:one_base_image", "//:two_base_image"], { startup }),
      );
      await setting.bazel(["clean", "--expunge"], { startup });
      assert.deepEqual(requests, []);
    },
  ],
];

async function builds(setting: Setting, args: readonly string[], options = {}): Promise<Ending> {
  const ending = await setting.bazel(["build", ...args], options);
  assert.equal(ending.exitCode, 0, ending.text);
  return ending;
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
void [mkdir, readdir, chmod];
