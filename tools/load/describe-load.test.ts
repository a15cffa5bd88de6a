import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { describeLoad } from "./describe-load.ts";
import type { ImageSummary } from "./image-archive.ts";

const SUMMARY: ImageSummary = { tags: ["gitserver:candidate"], configPath: "blobs/sha256/c0ffee", placeholders: [] };
const WARNING =
  "gitserver:candidate holds placeholders for glibc, git: it will not start. " +
  "Lock against packages.wolfi.dev for one that does: docs/real-packages.md\n";

suite("describeLoad()", () => {
  test("says nothing where the engine has said all", () => {
    assert.equal(describeLoad({ kind: "failed", engine: "docker", exitCode: 1 }), "");
    assert.equal(describeLoad({ kind: "loaded", engine: "docker", summary: SUMMARY }), "");
    assert.equal(describeLoad({ kind: "loaded", engine: "docker", summary: undefined }), "");
  });

  test("warns of placeholders after a load", () => {
    const summary = { ...SUMMARY, placeholders: ["glibc", "git"] };
    assert.equal(describeLoad({ kind: "loaded", engine: "docker", summary }), WARNING);
  });

  test("names six placeholders at most", () => {
    const summary = { ...SUMMARY, placeholders: ["a", "b", "c", "d", "e", "f", "g"] };
    const text = describeLoad({ kind: "loaded", engine: "docker", summary });
    assert.match(text, / holds placeholders for a, b, c, d, e, f, …: it will not start\. /);
  });

  test("says where a kept image lies, why, and how to load it, and ends with the warning", () => {
    const summary = { ...SUMMARY, placeholders: ["glibc", "git"] };
    const silent = [
      { name: "docker", reason: "does not answer: Is the docker daemon running?" },
      { name: "podman", reason: "is not installed" },
    ];
    assert.equal(
      describeLoad({ kind: "kept", path: "/home/me/.cache/wolfi/images/gitserver.tar", summary, silent }),
      "No container engine answers:\n" +
        "  docker does not answer: Is the docker daemon running?\n" +
        "  podman is not installed\n" +
        "gitserver:candidate was written to\n" +
        "  /home/me/.cache/wolfi/images/gitserver.tar\n" +
        "Load it where an engine runs:\n" +
        "  docker load -i /home/me/.cache/wolfi/images/gitserver.tar\n" +
        WARNING,
    );
  });

  test("quotes a path for the shell", () => {
    const text = describeLoad({ kind: "kept", path: "/a b/it's.tar", summary: { ...SUMMARY, tags: [] }, silent: [] });
    assert.match(text, /^The image was written to\n {2}\/a b\/it's\.tar$/m);
    assert.ok(text.endsWith("  docker load -i '/a b/it'\\''s.tar'\n"), text);
  });
});
