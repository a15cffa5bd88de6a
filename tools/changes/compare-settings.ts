import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { redactUrl } from "../error/wolfi-error.ts";

/** A value of a configuration that two states differ in. */
export interface SettingChange {
  /** `environment.PATH`, `accounts.users[git].uid`, `contents.packages` for an entry of that list. */
  readonly path: string;
  /** Undefined where there was none; what a list or a mapping has more or less stands alone. Without credentials. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * Compares what two configurations say, with all that they include: values by their fields, entries of a list of texts
 * by themselves, those of another list by their first field, as users by their names. In a list the order does not
 * count, except that of entries with the same first field.
 */
export function compareSettings(before: ImageConfiguration, after: ImageConfiguration): readonly SettingChange[] {
  // The includes are merged in.
  return compareValues("", { ...before, include: "" }, { ...after, include: "" });
}

function compareValues(path: string, before: unknown, after: unknown): readonly SettingChange[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  if (old === undefined || now === undefined) {
    const [from, to] = [show(before, path), show(after, path)];
    return from === to ? [] : [{ path, from, to }];
  }
  const isList = Array.isArray(before);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [from, to] = [old.get(key), now.get(key)];
    if (!isList) return compareValues(path === "" ? key : `${path}.${key}`, from, to);
    const place = typeof (from ?? to) === "string" ? path : `${path}[${key}]`;
    if (from !== undefined && to !== undefined) return compareValues(place, from, to);
    return [{ path: place, from: show(from, place), to: show(to, place) }];
  });
}

/** What a value consists of, by the names of its fields or entries; undefined for one that has no parts. */
function partsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (Array.isArray(value)) return entriesOf(value.map(plain));
  // There, an empty text is one.
  if (value instanceof Map) return new Map([...value].map(([key, text]) => [String(key), text === "" ? '""' : text]));
  const fields = plain(value);
  return typeof fields === "object" && fields !== null ? new Map(Object.entries(fields)) : undefined;
}

/** A text that stands there twice is one; of others with the same name each is another. */
function entriesOf(list: readonly unknown[]): ReadonlyMap<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const entry of list) {
    if (typeof entry === "string") entries.set(redactUrl(entry), entry);
    else {
      const name = String(plain(Object.values(entry as object)[0]));
      let key = name;
      for (let count = 2; entries.has(key); count++) key = `${name} ${count}`;
      entries.set(key, entry);
    }
  }
  return entries;
}

/** Where a text stands is no part of it. */
function plain(value: unknown): unknown {
  const isLocated = typeof value === "object" && value !== null && "text" in value && "position" in value;
  return isLocated ? value.text : value;
}

/** @returns undefined for what a file does not say */
function show(value: unknown, path: string): string | undefined {
  const shown = plain(value);
  if (shown === undefined || shown === "" || shown === false) return undefined;
  if (typeof shown === "number") {
    if (!/\bpermissions$/.test(path)) return String(shown);
    return shown === 0 ? undefined : `0o${shown.toString(8)}`;
  }
  if (shown === true) return "true";
  if (typeof shown === "string") return redactUrl(shown);
  const parts = [...(partsOf(value) ?? [])].flatMap(([key, part]) => {
    const text = show(part, `${path}.${key}`);
    if (text === undefined) return [];
    return Array.isArray(value) ? [text] : [`${key}: ${text}`];
  });
  if (parts.length === 0) return undefined;
  return Array.isArray(value) ? `[${parts.join(", ")}]` : parts.join(", ");
}
