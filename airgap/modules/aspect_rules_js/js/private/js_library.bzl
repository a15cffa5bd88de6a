"""Groups sources, declarations and their dependencies."""

load(":js_files.bzl", "copy_to_bin", "gather_runfiles")
load(":js_info.bzl", "JsInfo", "js_info")

_DECLARATIONS = tuple([ending + map for ending in [".d.ts", ".d.mts", ".d.cts"] for map in ["", ".map"]])

def _js_library_impl(ctx):
    sources, types = _sources_and_types(ctx, ctx.attr.srcs, ctx.files.srcs)
    more_sources, more_types = _sources_and_types(ctx, ctx.attr.types, ctx.files.types)
    sources = depset(transitive = [sources, more_sources])
    types = depset(transitive = [types, more_sources, more_types])

    dependencies = ctx.attr.srcs + ctx.attr.types + ctx.attr.deps
    infos = [target[JsInfo] for target in dependencies if JsInfo in target]
    runfiles = gather_runfiles(
        ctx,
        data = ctx.attr.data,
        deps = dependencies,
        data_files = ctx.files.data,
        copy_data_to_bin = True,
    )
    return [
        DefaultInfo(files = sources, runfiles = runfiles),
        js_info(
            target = ctx.label,
            sources = sources,
            types = types,
            transitive_sources = depset(transitive = [sources] + [info.transitive_sources for info in infos]),
            transitive_types = depset(transitive = [types] + [info.transitive_types for info in infos]),
            npm_sources = depset(transitive = [info.npm_sources for info in infos]),
        ),
        OutputGroupInfo(types = types, runfiles = runfiles.files),
    ]

def _sources_and_types(ctx, targets, files):
    sources = []
    types = []
    for file in [copy_to_bin(ctx, file) for file in files]:
        # A folder may hold declarations; JSON has the types of its values, and package.json names those of a package.
        is_declaration = file.path.endswith(_DECLARATIONS)
        if is_declaration or file.is_directory or file.extension == "json":
            types.append(file)
        if not is_declaration:
            sources.append(file)
    infos = [target[JsInfo] for target in targets if JsInfo in target]
    return (
        depset(sources, transitive = [info.sources for info in infos]),
        depset(types, transitive = [info.types for info in infos]),
    )

js_library = rule(
    implementation = _js_library_impl,
    attrs = {
        "data": attr.label_list(doc = "Files that a program needs when it runs.", allow_files = True),
        "deps": attr.label_list(doc = "What the sources import.", providers = [JsInfo]),
        "srcs": attr.label_list(doc = "Files of this package, and targets.", allow_files = True),
        "types": attr.label_list(doc = "Like `srcs`, for type-checking alone.", allow_files = True),
    },
    provides = [JsInfo],
)
