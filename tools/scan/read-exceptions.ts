import { join } from "node:path/posix";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { Position, WolfiError } from "../error/wolfi-error.ts";
import { timeFormat } from "../workspace/limit-formats.ts";
import { list, struct } from "../yaml/collection-shapes.ts";
import { readYaml, type Shape } from "../yaml/read-yaml.ts";
import { optional, refined } from "../yaml/refine.ts";
import { matching } from "../yaml/scalar-shapes.ts";

/** A vulnerability that somebody has looked at, and that does not count for a while. */
export interface VulnerabilityException {
  /** Any of its names. */
  readonly id: string;
  /** Name or origin of a package. @default all */
  readonly package: string | undefined;
  /** Name of an image. @default all */
  readonly image: string | undefined;
  readonly reason: string;
  /** The last day: `2027-01-31`. */
  readonly until: string;
  readonly position: Position;
}

export interface ExceptionsResult {
  readonly exceptions: readonly VulnerabilityException[];
  /** Where there is one, the exceptions are not to be used. */
  readonly problems: readonly WolfiError[];
}

/** Reads the exceptions of a folder of images. A folder without the file, and a file that says nothing, have none. */
export async function readExceptions(folder: string, readFile: ReadFile): Promise<ExceptionsResult> {
  const file = exceptionsFile(folder);
  const bytes = (await readFile(file)) ?? new Uint8Array();
  const text = Buffer.from(bytes).toString();
  if (text.replaceAll(/^\s*#.*$/gm, "").trim() === "") return { exceptions: [], problems: [] };
  const { value = [], problems } = readYaml(bytes, file, { name: "exceptions", rules: "plain" }, exceptionsShape);
  return { exceptions: value, problems };
}

/** Where the exceptions of a folder of images are; both from the workspace root. Not `.yaml`: that would be an image. */
export function exceptionsFile(folder: string): string {
  return join(folder, "vulnerability-exceptions.yml");
}

const exceptionShape: Shape<VulnerabilityException> = refined(
  struct<Omit<VulnerabilityException, "position">>({
    id: matching(/^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9.:+]+)+$/, "the id of a vulnerability, e.g. CVE-2026-1234"),
    package: optional(matching(/^[A-Za-z0-9+_][A-Za-z0-9+._-]*$/, "the name of a package")),
    image: optional(matching(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, "the name of an image")),
    reason: matching(/\S/, "text that says why"),
    until: matching(
      { test: (written) => /^\d{4}-\d\d-\d\d$/.test(written) && timeFormat.parse(written) !== undefined },
      "a date, e.g. 2027-01-31",
    ),
  }),
  (exception, { position }) => ({ ...exception, position }),
);

const exceptionsShape: Shape<readonly VulnerabilityException[]> = list(exceptionShape);
