"""Which files tsc writes for which sources."""

_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")

# ending of a source → ending of the JavaScript, of the declaration
_ENDINGS = {
    ".cts": (".cjs", ".d.cts"),
    ".mts": (".mjs", ".d.mts"),
    ".ts": (".js", ".d.ts"),
    ".tsx": (".js", ".d.ts"),
}

def is_declaration(path):
    """Whether a path is that of a declaration, which is not compiled."""
    return path.endswith(_DECLARATIONS)

def is_typescript(path):
    """Whether a path is that of a source that tsc compiles."""
    return path.endswith(tuple(_ENDINGS)) and not is_declaration(path)

def ts_outputs(srcs, declaration, source_map):
    """The files that tsc writes.

    Args:
        srcs: Paths or labels of sources; others than TypeScript are left out.
        declaration: Whether declarations are written.
        source_map: Whether source maps are written.

    Returns:
        struct(js, maps, types) of lists of paths.
    """
    js, types = [], []
    for src in srcs:
        path = src.split(":")[-1]
        if is_typescript(path):
            stem, dot, ending = path.rpartition(".")
            js_ending, types_ending = _ENDINGS[dot + ending]
            js.append(stem + js_ending)
            types.append(stem + types_ending)
    return struct(
        js = js,
        maps = [path + ".map" for path in js] if source_map else [],
        types = types if declaration else [],
    )
