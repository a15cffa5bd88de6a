import { WolfiError } from "../error/wolfi-error.ts";
import type { IndexPackage } from "./apk-index.ts";

/** A record while its lines are read. */
export type IndexRecord = { -readonly [Field in keyof IndexPackage]: IndexPackage[Field] };

const NO_NAMES: readonly string[] = Object.freeze([]);

export const EMPTY_RECORD: IndexRecord = {
  name: "",
  version: "",
  architecture: "",
  dependencies: NO_NAMES,
  provides: NO_NAMES,
  installIf: NO_NAMES,
  providerPriority: 0n,
  origin: "",
  checksum: "",
  sizeBytes: 0n,
  installedSizeBytes: 0n,
  buildTime: 0n,
  description: "",
  url: "",
  license: "",
  maintainer: "",
  commit: "",
};

/** Reads one record, whose lines have been checked. Of several lines for a field the last counts. */
export function readRecord(text: string): IndexPackage {
  const record = { ...EMPTY_RECORD };
  for (const line of linesOf(text)) setField(record, line.charAt(0), line.slice(2));
  return record;
}

/**
 * Sets the field that a line of an index gives, `LETTER:VALUE`; letters that apko 1.2.30 does not read are ignored.
 *
 * @throws WolfiError `INDEX_INVALID` for a number or checksum that is none, message apko's own
 */
export function setField(record: IndexRecord, letter: string, value: string): void {
  switch (letter) {
    case "P":
      record.name = value;
      break;
    case "V":
      record.version = value;
      break;
    case "A":
      record.architecture = value;
      break;
    case "D":
      record.dependencies = splitNames(value);
      break;
    case "p":
      record.provides = splitNames(value);
      break;
    case "i":
      record.installIf = splitNames(value);
      break;
    case "k":
      record.providerPriority = parseUnsigned(value, "provider priority field");
      break;
    case "o":
      record.origin = value;
      break;
    case "C":
      record.checksum = parseChecksum(value);
      break;
    case "S":
      record.sizeBytes = parseUnsigned(value, "size field");
      break;
    case "I":
      record.installedSizeBytes = parseUnsigned(value, "installed size field");
      break;
    case "t":
      record.buildTime = parseBuildTime(value);
      break;
    case "T":
      record.description = value;
      break;
    case "U":
      record.url = value;
      break;
    case "L":
      record.license = value;
      break;
    case "m":
      record.maintainer = value;
      break;
    case "c":
      record.commit = value;
      break;
  }
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    yield text.slice(start, text[end - 1] === "\r" ? end - 1 : end);
    start = end + 1;
  }
}

/** One space separates; a double one gives an empty name, as in apko. */
export function splitNames(value: string): readonly string[] {
  return value === "" ? NO_NAMES : value.split(" ");
}

function parseUnsigned(value: string, field: string): bigint {
  if (!/^\d+$/.test(value)) throw badNumber(value, field, "ParseUint", "invalid syntax");
  const number = BigInt(value);
  if (number >= 1n << 64n) throw badNumber(value, field, "ParseUint", "value out of range");
  return number;
}

function parseBuildTime(value: string): bigint {
  if (!/^[+-]?\d+$/.test(value)) throw badNumber(value, "build time", "ParseInt", "invalid syntax");
  const number = BigInt(value.replace("+", ""));
  if (BigInt.asIntN(64, number) !== number) throw badNumber(value, "build time", "ParseInt", "value out of range");
  return number;
}

function badNumber(value: string, field: string, parser: string, reason: string): WolfiError {
  return invalid(`cannot parse ${field} ${value}: strconv.${parser}: parsing ${JSON.stringify(value)}: ${reason}`);
}

/** Only SHA-1 sums are known (`Q1` and base64); the field of another kind counts as absent. */
function parseChecksum(value: string): string {
  if (!value.startsWith("Q1") || value === "Q1") return "";
  const base64 = value.slice(2);
  const illegal = base64.search(/[^A-Za-z0-9+/=]|=(?!=?$)/);
  if (illegal !== -1) throw invalid(`illegal base64 data at input byte ${illegal}`);
  const excess = base64.length % 4;
  if (excess !== 0) throw invalid(`illegal base64 data at input byte ${base64.length - excess}`);
  return value;
}

function invalid(message: string): WolfiError {
  return new WolfiError("INDEX_INVALID", message);
}
