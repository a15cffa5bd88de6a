import { join } from "node:path/posix";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { list, struct } from "../yaml/collection-shapes.ts";
import type { YamlFormat } from "../yaml/document.ts";
import { readYaml, type Shape } from "../yaml/read-yaml.ts";
import { described, optional, refined } from "../yaml/refine.ts";
import { filled, matching, text } from "../yaml/scalar-shapes.ts";
import { type CalendarPeriod, periodFormat } from "./calendar-period.ts";
import { ageFormat, timeFormat } from "./limit-formats.ts";
import type { TextFormat, Written } from "./text-format.ts";
import { type UpdateSettings, updateSettingsShape } from "./update-settings.ts";

/** `settings.yml` beside the images. Not `.yaml`: that would be an image. */
export interface Settings {
  /** Milliseconds. */
  readonly "min-age": Written<number> | undefined;
  readonly before: Written<Date> | undefined;
  readonly exceptions: readonly string[];
  readonly retention: Written<CalendarPeriod> | undefined;
  readonly soon: Written<CalendarPeriod> | undefined;
  /** Names of packages that need not have one version for all architectures. */
  readonly "differing-versions": readonly string[];
  /** Before what is known of public repositories. */
  readonly "vulnerability-data": readonly VulnerabilityDataSetting[];
  readonly update: UpdateSettings;
}

/** Where the vulnerabilities of a repository are told. */
export interface VulnerabilityDataSetting {
  /** What the URLs of repositories begin with. */
  readonly repository: string;
  /** URL, or path from the workspace root; undefined, written as `none`, where they are told nowhere. */
  readonly data: string | undefined;
}

export type SettingsResult =
  | { readonly kind: "read"; readonly settings: Settings }
  | { readonly kind: "invalid"; /** At least one. */ readonly problems: readonly WolfiError[] };

/** Reads the settings of a folder of images. A folder without the file, and a file that says nothing, set nothing. */
export async function readSettings(folder: string, readFile: ReadFile): Promise<SettingsResult> {
  const file = settingsFile(folder);
  const bytes = (await readFile(file)) ?? new Uint8Array();
  const isEmpty =
    Buffer.from(bytes)
      .toString()
      .replaceAll(/^\s*#.*$/gm, "")
      .trim() === "";
  if (isEmpty) return { kind: "read", settings: noSettings };
  const { value, problems } = readYaml(bytes, file, settingsFormat, settingsShape);
  return value === undefined || problems.length > 0 ? { kind: "invalid", problems } : { kind: "read", settings: value };
}

/** Where the settings of a folder of images are; both from the workspace root. */
export function settingsFile(folder: string): string {
  return join(folder, "settings.yml");
}

function written<T>({ parse, form }: TextFormat<T>): Shape<Written<T>> {
  return refined(text, (given, { refuse }) => {
    const value = parse(given);
    return value === undefined ? refuse(`"${given}" must be ${form}`) : { text: given, value };
  });
}

const noSettings: Settings = {
  "min-age": undefined,
  before: undefined,
  exceptions: [],
  retention: undefined,
  soon: undefined,
  "differing-versions": [],
  "vulnerability-data": [],
  update: updateSettingsShape.zero!,
};

const packageNames = list(matching(/^[A-Za-z0-9][A-Za-z0-9+._-]*$/, "the name of a package"));

const vulnerabilityData: Shape<VulnerabilityDataSetting> = refined(
  struct<{ readonly repository: string; readonly data: string }>({ repository: filled, data: filled }),
  ({ repository, data }) => ({ repository, data: data === "none" ? undefined : data }),
);

export const settingsFormat: YamlFormat = { name: "settings", rules: "plain" };

export const settingsShape: Shape<Settings> = refined(
  struct<Settings>({
    "min-age": described("No package is locked that was built less than this ago: `7d`", optional(written(ageFormat))),
    before: described("No package is locked that was built later: a date or a time", optional(written(timeFormat))),
    exceptions: described("Packages, or origins, that are locked however fresh they are", packageNames),
    retention: described("How long the repository keeps old versions: `12mo`", optional(written(periodFormat))),
    soon: described("How long before their end they are told: `30d`", optional(written(periodFormat))),
    "differing-versions": described("Packages that may differ between architectures", packageNames),
    "vulnerability-data": described(
      "Where the vulnerabilities of repositories are told; the first that fits counts",
      list(vulnerabilityData),
    ),
    update: described("What `wolfi update` does where its call says nothing else", updateSettingsShape),
  }),
  (settings, { refuse }) =>
    settings["min-age"] !== undefined && settings.before !== undefined
      ? refuse('"min-age" and "before" exclude each other')
      : settings,
);
