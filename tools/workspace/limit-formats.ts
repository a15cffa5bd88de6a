import type { TextFormat } from "./text-format.ts";

/** An age: `12h`, `7d`, `2w`, in milliseconds. */
export const ageFormat: TextFormat<number> = {
  parse: parseAge,
  form: "an age in hours, days or weeks, e.g. 12h, 7d or 2w",
};

/** A date, which means its beginning in UTC, or a time with its zone (RFC 3339). */
export const timeFormat: TextFormat<Date> = {
  parse: parseTime,
  form: "a date, e.g. 2026-11-01, or a time with its zone, e.g. 2026-11-01T12:00:00Z",
};

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function parseAge(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  return unit === "" ? undefined : Number(count) * unitMs[unit]!;
}

function parseTime(text: string): Date | undefined {
  const [, date, time = "T00:00:00Z"] =
    /^(\d{4}-\d\d-\d\d)([Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const [day, parsed] = [new Date(`${date}T00:00:00Z`), new Date(`${date}${time.toUpperCase()}`)];
  // JavaScript takes the 30th of February for a day in March.
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
  return isDay && !Number.isNaN(parsed.getTime()) ? parsed : undefined;
}
