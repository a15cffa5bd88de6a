"""A repository of texts."""

def _files_repository_impl(repository_ctx):
    for path, content in repository_ctx.attr.files.items():
        repository_ctx.file(path, content, executable = False)
    return None

files_repository = repository_rule(
    implementation = _files_repository_impl,
    doc = "A repository of files that the extension has written: the hub, each key, and each package of the workspace.",
    attrs = {
        "files": attr.string_dict(
            doc = "Path → contents.",
            mandatory = True,
        ),
    },
)
