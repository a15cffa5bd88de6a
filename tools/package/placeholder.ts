/** How the description of a placeholder ends: in the index and in `.PKGINFO`, before anything is unpacked. */
export const PLACEHOLDER_SUFFIX = " (placeholder)";

/** Where a placeholder says that it is one; the rest of the path is the package's name. */
export const PLACEHOLDER_FOLDER = "usr/share/wolfi-placeholder";

/** The label of an image that names its placeholders, separated by commas. */
export const PLACEHOLDERS_LABEL = "dev.wolfi.placeholders";
