"""Tells the lock command which repositories lie in the workspace."""

load(":repository_info.bzl", "WolfiRepositoryInfo")

def _repository_map_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".json")
    entries = {
        url: {
            "folder": target[WolfiRepositoryInfo].folder,
            "label": str(target.label).replace("@@//", "//"),
        }
        for target, url in ctx.attr.repositories.items()
    } | {url: {"folder": folder} for url, folder in ctx.attr.folders.items()}
    ctx.actions.write(output, json.encode_indent(entries, indent = "  ") + "\n")
    return [DefaultInfo(
        files = depset([output]),
        runfiles = ctx.runfiles(
            [output],
            transitive_files = depset(transitive = [target.files for target in ctx.attr.repositories]),
        ),
    )]

repository_map = rule(
    implementation = _repository_map_impl,
    doc = "A JSON file: URL of each repository in the workspace → its folder, and the target that builds it.",
    attrs = {
        "folders": attr.string_dict(
            doc = "URL of a repository → its folder, from the workspace root; `*` → that of all others, by `HOST/PATH`.",
        ),
        "repositories": attr.label_keyed_string_dict(
            doc = "Target → URL of the repository that it builds.",
            providers = [WolfiRepositoryInfo],
        ),
    },
)
