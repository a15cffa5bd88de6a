export function trimmed(text) {
    return text.trim();
}
//# sourceMappingURL=trimmed.js.map