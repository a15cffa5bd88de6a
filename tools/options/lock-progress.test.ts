import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { lockProgress } from "./lock-progress.ts";

suite("lockProgress()", () => {
  test("has a line for each image, and one for all with the time that is left", () => {
    let now = 500;
    const progress = lockProgress(() => now);
    const url = "https://a.test/x86_64/APKINDEX.tar.gz";
    assert.equal(progress({ kind: "index-read", url, packageCount: 9 }), `read ${url}: 9 packages`);
    for (const architecture of ["x86_64", "aarch64"]) {
      progress({ kind: "solved", image: "gitserver", architecture, packageCount: 30 });
    }
    assert.equal(
      progress({ kind: "solved", image: "app", architecture: "x86_64", packageCount: 10 }),
      "gitserver  60 packages\napp        10 packages",
    );
    const ofImages = new Map(Object.entries({ gitserver: 60, app: 10 }));
    assert.equal(
      progress({ kind: "packages", total: 65, ofImages }),
      "gitserver  60 packages\napp        10 packages\n2 images: 65 packages",
    );
    // From the cache.
    for (let at = 0; at < 5; at++) progress({ kind: "package-read", images: ["gitserver", "app"], sizeBytes: 0 });
    for (let at = 0; at < 10; at++) progress({ kind: "package-read", images: ["gitserver"], sizeBytes: 1500 });
    now += 2000;
    assert.equal(
      progress({ kind: "warning", image: "app", message: "x" }),
      "gitserver  15 of 60 packages, 15.0 kB\n" +
        "app        5 of 10 packages\n" +
        "2 images: 15 of 65 packages, 15.0 kB, about 10 s left",
    );
    now += 18_000;
    assert.match(progress({ kind: "warning", image: "app", message: "x" }), /, about 2 min left$/);
    for (let at = 0; at < 50; at++) progress({ kind: "package-read", images: ["gitserver"], sizeBytes: 1500 });
    assert.match(progress({ kind: "warning", image: "app", message: "x" }), /: 65 of 65 packages, 90.0 kB$/);
  });

  test("needs one line for one image, and guesses nothing from a moment", () => {
    let now = 0;
    const progress = lockProgress(() => now);
    progress({ kind: "packages", total: 100, ofImages: new Map([["app", 100]]) });
    for (let at = 0; at < 9; at++) progress({ kind: "package-read", images: ["app"], sizeBytes: 1000 });
    now = 5000;
    const ninth = progress({ kind: "warning", image: "app", message: "x" });
    assert.equal(ninth, "app  9 of 100 packages, 9.0 kB");
    const tenth = progress({ kind: "package-read", images: ["app"], sizeBytes: 1000 });
    assert.equal(tenth, "app  10 of 100 packages, 10.0 kB, about 45 s left");
  });
});
