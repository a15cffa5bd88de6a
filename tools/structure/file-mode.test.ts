import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatFileMode, GO_FILE_MODE } from "./file-mode.ts";

/** As tar.FileInfoHeader's FileInfo().Mode() prints in Go 1.26. */
suite("formatFileMode()", () => {
  for (const [type, mode, written] of [
    ["file", 0o755, "-rwxr-xr-x"],
    ["file", 0, "----------"],
    ["link", 0o640, "-rw-r-----"],
    ["file", 0o4755, "urwxr-xr-x"],
    ["file", 0o6711, "ugrwx--x--x"],
    ["directory", 0o755, "drwxr-xr-x"],
    ["directory", 0o1777, "dtrwxrwxrwx"],
    ["directory", 0o3775, "dgtrwxrwxr-x"],
    ["symlink", 0o777, "Lrwxrwxrwx"],
    ["fifo", 0o600, "prw-------"],
    ["block-device", 0o660, "Drw-rw----"],
    ["character-device", 0o666, "Dcrw-rw-rw-"],
    ["character-device", 0o5666, "Ductrw-rw-rw-"],
  ] as const) {
    test(written, () => {
      assert.equal(formatFileMode({ type, mode }), written);
      assert.match(written, GO_FILE_MODE);
    });
  }
  for (const written of ["-rwsr-xr-x", "drwxrwxrwt", "lrwxrwxrwx", "0755", "rwxr-xr-x", "-rwxr-xr-x ", "crw-rw-rw-"]) {
    test(`${written} is none`, () => assert.doesNotMatch(written, GO_FILE_MODE));
  }
});
