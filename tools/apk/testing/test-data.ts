import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env["WOLFI_TEST_DATA"];

/** For tests on real files, which lie in the folder that `WOLFI_TEST_DATA` names: false, or why they are skipped. */
export const skipWithoutTestData: false | string =
  folder === undefined || folder === "" ? "WOLFI_TEST_DATA is not set" : false;

/** Reads one of the real files. */
export function readTestData(path: string): Buffer {
  return readFileSync(join(folder ?? "", path));
}
