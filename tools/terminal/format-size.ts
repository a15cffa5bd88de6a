/** Writes a size for a person: `713 bytes`, `4.2 MB`; 1000-based, as disks are sold. */
export function formatSize(sizeBytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let at = 0;
  let size = sizeBytes;
  for (; size >= 1000 && at < units.length - 1; at++) size /= 1000;
  return `${at === 0 ? size : size.toFixed(1)} ${units[at]}`;
}

/** How much more it is, or less; `?` where that is not known. */
export function formatSizeChange(bytes: number | undefined): string {
  if (bytes === undefined) return "?";
  return `${bytes < 0 ? "-" : bytes > 0 ? "+" : ""}${formatSize(Math.abs(bytes))}`;
}
