import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { cacheFolder } from "./cache-folder.ts";

suite("cacheFolder()", () => {
  for (const [environment, folder] of [
    [{ XDG_CACHE_HOME: "/caches", HOME: "/home/you" }, "/caches/wolfi/repository"],
    [{ XDG_CACHE_HOME: "caches", HOME: "/home/you" }, "/home/you/.cache/wolfi/repository"],
    [{ XDG_CACHE_HOME: "", HOME: "/home/you" }, "/home/you/.cache/wolfi/repository"],
    [{ HOME: "" }, undefined],
    [{}, undefined],
  ] as const) {
    test(JSON.stringify(environment), () => assert.equal(cacheFolder(environment), folder));
  }
});
