/**
 * Finds what keeps apko 1.2.30 from reading an apk database (pkg/apk/apk/installed.go), beyond what is wrong in an index
 * too: owners and modes that belong to nothing. Messages are apko's; it counts only the lines that are not empty.
 *
 * @returns undefined where nothing does
 */
export function findDatabaseProblem(text: string): string | undefined {
  let folder: string | undefined;
  let hasFile = false;
  let lineNumber = 0;
  for (const line of text.split(/\r?\n/)) {
    if (line === "") {
      folder = undefined;
      hasFile = false;
      continue;
    }
    lineNumber++;
    if (Buffer.byteLength(line) >= MAX_LINE_BYTES)
      return `line ${lineNumber} is too long: apko ignores what follows it`;
    const reason = problemOf(line, { folder, hasFile });
    if (reason !== undefined) return `cannot parse line ${lineNumber}: ${reason}`;
    if (line.startsWith("F:")) [folder, hasFile] = [line.slice(2), false];
    if (line.startsWith("R:")) hasFile = true;
  }
  return undefined;
}

/** Where apko stops reading a database, without a word: the default buffer of Go's bufio.Scanner. */
const MAX_LINE_BYTES = 65_536;

interface Place {
  readonly folder: string | undefined;
  readonly hasFile: boolean;
}

function problemOf(line: string, { folder, hasFile }: Place): string | undefined {
  const value = line.slice(2);
  if (line.startsWith("M:")) {
    if (folder === undefined) return "no directory specified when setting permissions";
    return folder === "" ? "M entry cannot be associated with top level dir" : ownerProblem(value);
  }
  if (!line.startsWith("a:")) return undefined;
  return hasFile ? ownerProblem(value) : "no file specified when setting permissions";
}

/** `UID:GID:MODE`, the mode in octal digits. */
function ownerProblem(text: string): string | undefined {
  const parts = text.split(":");
  if (parts.length !== 3) return `invalid permission string did not have 3 parts separated by colon: ${text}`;
  const [uid = "", gid = "", mode = ""] = parts;
  if (!/^[+-]?\d+$/.test(uid)) return `invalid permission string uid was not an integer ${text}`;
  if (!/^[+-]?\d+$/.test(gid)) return `invalid permission string gid was not an integer ${text}`;
  return /^[+-]?[0-7]+$/.test(mode) ? undefined : `invalid permission string perms was not an int64 ${text}`;
}
