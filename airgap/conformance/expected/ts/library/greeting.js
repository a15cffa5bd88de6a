import { parse } from "yaml";
import { trimmed } from "./inner/trimmed.js";
/** Reads `name: X` and greets X. */
export function greet(document) {
    const { name } = parse(document);
    return `Hello, ${trimmed(name)}`;
}
//# sourceMappingURL=greeting.js.map