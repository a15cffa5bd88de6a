import type { LayerFile, LayerFileType } from "../image/read-layer.ts";

/**
 * Writes type and permissions as Go does, which container-structure-test compares with: like `ls -l`, but each thing that
 * is special has a letter of its own in front. `-rwxr-xr-x`, `drwxr-xr-x`, `dtrwxrwxrwx` (sticky), `urwxr-xr-x`
 * (setuid), `Lrwxrwxrwx`. https://pkg.go.dev/io/fs#FileMode.String
 */
export function formatFileMode({ type, mode }: Pick<LayerFile, "type" | "mode">): string {
  const special = [TYPE_LETTERS[type], ...SPECIAL_BITS.map(([letter, bit]) => (mode & bit ? letter : ""))].join("");
  // Go has the letter of a character device behind those of setuid and setgid.
  const ordered = type === "character-device" ? special.replace("Dc", "D").replace(/t?$/, "c$&") : special;
  const permissions = Array.from("rwxrwxrwx", (letter, place) => (mode & (0o400 >> place) ? letter : "-"));
  return `${ordered === "" ? "-" : ordered}${permissions.join("")}`;
}

/** What {@link formatFileMode} can write. */
export const GO_FILE_MODE: RegExp = /^(?:-|(?=[dLDpugt])d?L?D?p?u?g?c?t?)(?:[r-][w-][x-]){3}$/;

const TYPE_LETTERS: Readonly<Record<LayerFileType, string>> = {
  file: "",
  link: "",
  symlink: "L",
  "character-device": "Dc",
  "block-device": "D",
  directory: "d",
  fifo: "p",
  other: "?",
};

const SPECIAL_BITS = [
  ["u", 0o4000],
  ["g", 0o2000],
  ["t", 0o1000],
] as const;
