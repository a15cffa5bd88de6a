import { type Command, Option } from "commander";
import type { CoolingOff } from "../choice/cooling-off.ts";
import { ageFormat, timeFormat } from "../workspace/limit-formats.ts";
import { settingsFile } from "../workspace/settings.ts";
import type { Written } from "../workspace/text-format.ts";
import type { CallSettings } from "./call-settings.ts";
import { writtenAs } from "./written-as.ts";

/** What the call says of cooling-off; it replaces what the settings say, apart from the exceptions. */
export interface CoolingOffOptions {
  /** Milliseconds. */
  readonly minAge?: Written<number>;
  readonly before?: Written<Date>;
}

export function addCoolingOffOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--min-age <age>", "take no package that was built less than this ago: 12h, 7d, 2w; 0d for any")
        .argParser(writtenAs(ageFormat))
        .conflicts("before"),
    )
    .option(
      "--before <time>",
      "take no package that was built later: a date (its beginning, UTC) or RFC 3339",
      writtenAs(timeFormat),
    );
}

/** @returns undefined where packages are taken however fresh they are */
export function coolingOffOf(
  { minAge, before }: CoolingOffOptions,
  { settings, folder }: CallSettings,
  today: Date,
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
