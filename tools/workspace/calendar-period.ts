import type { TextFormat } from "./text-format.ts";

/** A time that calendars count: a month has as many days as it has. */
export interface CalendarPeriod {
  readonly count: number;
  readonly unit: "days" | "months";
}

/** `30d`, `4w`, `12mo` or `1y`. */
export const periodFormat: TextFormat<CalendarPeriod> = {
  parse: parsePeriod,
  form: "a number of days, weeks, months or years, e.g. 30d, 4w, 12mo or 1y",
};

function parsePeriod(text: string): CalendarPeriod | undefined {
  const [, digits = "", unit = ""] = /^(\d{1,4})(d|w|mo|y)$/.exec(text) ?? [];
  const count = Number(digits);
  switch (unit) {
    case "d":
      return { count, unit: "days" };
    case "w":
      return { count: 7 * count, unit: "days" };
    case "mo":
      return { count, unit: "months" };
    case "y":
      return { count: 12 * count, unit: "months" };
    default:
      return undefined;
  }
}

/**
 * The UTC day (its beginning) that a period after a time, or before it, falls on. What would be past the end of a
 * shorter month is its last day: twelve months after the 29th of February is the 28th.
 */
export function dayAfter(time: Date, period: CalendarPeriod): Date {
  return shift(time, period, 1);
}

/** See {@link dayAfter}. */
export function dayBefore(time: Date, period: CalendarPeriod): Date {
  return shift(time, period, -1);
}

function shift(time: Date, { count, unit }: CalendarPeriod, direction: 1 | -1): Date {
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()];
  if (unit === "days") return new Date(Date.UTC(year, month, day + direction * count));
  const lastDay = new Date(Date.UTC(year, month + direction * count + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month + direction * count, Math.min(day, lastDay)));
}
