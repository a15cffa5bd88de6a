import type { WolfiError } from "../error/wolfi-error.ts";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import { list, struct } from "../yaml/collection-shapes.ts";
import { readYaml, type Shape } from "../yaml/read-yaml.ts";
import { optional, refined } from "../yaml/refine.ts";
import { matching, text } from "../yaml/scalar-shapes.ts";
import { type CoolingOff, parseAge, parseTime } from "../choice/cooling-off.ts";

/** `settings.yml` beside the images. Not `.yaml`: that would be an image. */
export interface Settings {
  /** Milliseconds. */
  readonly "min-age": SettingsValue<number> | undefined;
  readonly before: SettingsValue<Date> | undefined;
  readonly exceptions: readonly string[];
}

/** A value, and how it was written. */
export interface SettingsValue<T> {
  readonly text: string;
  readonly value: T;
}

/** What the call says of cooling-off; it replaces what the file says, apart from the exceptions. */
export interface CoolingOffOptions {
  readonly minAge?: SettingsValue<number>;
  readonly before?: SettingsValue<Date>;
}

export const ageForm = "an age in hours, days or weeks, e.g. 12h, 7d or 2w";
export const timeForm = "a date, e.g. 2026-11-01, or a time with its zone, e.g. 2026-11-01T12:00:00Z";

export type SettingsResult =
  | { readonly kind: "read"; readonly settings: Settings }
  | { readonly kind: "invalid"; /** At least one. */ readonly problems: readonly WolfiError[] };

/** Reads the settings of a folder of images. A folder without the file, and a file that says nothing, have no limit. */
export async function readSettings(folder: string, readFile: ReadFile): Promise<SettingsResult> {
  const file = settingsFile(folder);
  const bytes = (await readFile(file)) ?? new Uint8Array();
  const isEmpty =
    Buffer.from(bytes)
      .toString()
      .replaceAll(/^\s*#.*$/gm, "")
      .trim() === "";
  if (isEmpty) return { kind: "read", settings: noSettings };
  const { value, problems } = readYaml(bytes, file, { name: "settings", rules: "plain" }, settingsShape);
  return value === undefined || problems.length > 0 ? { kind: "invalid", problems } : { kind: "read", settings: value };
}

/** @returns undefined where packages are taken however fresh they are */
export function coolingOffOf(
  { minAge, before }: CoolingOffOptions,
  settings: Settings,
  { folder, today }: { readonly folder: string; readonly today: Date },
): CoolingOff | undefined {
  const isCall = minAge !== undefined || before !== undefined;
  const [age, time] = isCall ? [minAge, before] : [settings["min-age"], settings.before];
  const limit = time?.value ?? (age === undefined ? undefined : new Date(today.getTime() - age.value));
  if (limit === undefined) return undefined;
  const dashes = isCall ? "--" : "";
  const rule = time === undefined ? `${dashes}min-age ${age?.text}` : `${dashes}before ${time.text}`;
  const exceptions = new Set(settings.exceptions);
  return { limit, exceptions, rule, settingsFile: settingsFile(folder) };
}

function settingsFile(folder: string): string {
  return folder === "" ? "settings.yml" : `${folder}/settings.yml`;
}

function parsed<T>(parse: (text: string) => T | undefined, form: string): Shape<SettingsValue<T>> {
  return refined(text, (written, { refuse }) => {
    const value = parse(written);
    return value === undefined ? refuse(`"${written}" must be ${form}`) : { text: written, value };
  });
}

const noSettings: Settings = { "min-age": undefined, before: undefined, exceptions: [] };

const settingsShape: Shape<Settings> = refined(
  struct<Settings>({
    "min-age": optional(parsed(parseAge, ageForm)),
    before: optional(parsed(parseTime, timeForm)),
    exceptions: list(matching(/^[A-Za-z0-9][A-Za-z0-9+._-]*$/, "the name of a package")),
  }),
  (settings, { refuse }) =>
    settings["min-age"] !== undefined && settings.before !== undefined
      ? refuse('"min-age" and "before" exclude each other')
      : settings,
);
