"""Links one package of a folder of the workspace, from which its segments are cut when an image is built."""

_PRIVATE = str(Label("//wolfi/private:folder_package.bzl")).removesuffix(":folder_package.bzl")

_BUILD = """\
load("{private}:workspace_segments.bzl", "workspace_segments")

package(default_visibility = ["//visibility:public"])
"""

_SEGMENTS = """
workspace_segments(
    name = {name},
    cure = {cure},
    file = {file},
    folder = {folder},
    package = {package},
    segments = {segments},
)
"""

def _folder_package_impl(repository_ctx):
    attr = repository_ctx.attr
    path = repository_ctx.path("{}/{}/{}".format(repository_ctx.workspace_root, attr.folder, attr.file))
    if attr.folder.startswith("/"):
        path = repository_ctx.path(attr.folder + "/" + attr.file)

    # Also where it is missing: it is seen when it comes.
    repository_ctx.watch(path)
    is_there = path.exists and not path.is_dir
    if is_there:
        repository_ctx.symlink(path, attr.file)
    repository_ctx.file("BUILD.bazel", _BUILD.format(private = _PRIVATE) + "".join([
        _SEGMENTS.format(
            name = repr(name),
            cure = repr(attr.cure),
            file = repr(attr.file),
            folder = repr(attr.folder),
            package = repr(attr.file if is_there else None),
            segments = repr(segments),
        )
        for name, segments in [("control", attr.control), ("data", attr.data)]
    ]), executable = False)
    return None

folder_package = repository_rule(
    implementation = _folder_package_impl,
    doc = "One package of a folder. Only when an image is built is it looked at, and that it is missing fails nothing else.",
    attrs = {
        "control": attr.string_dict(
            doc = "Path of each segment but the data, as apko's cache wants it → `bytes=A-B CHECKSUM`.",
            mandatory = True,
        ),
        "cure": attr.string(
            doc = "What to do when the package is missing, or not the one that was locked.",
            mandatory = True,
        ),
        "data": attr.string_dict(
            doc = "The same of the data segment.",
            mandatory = True,
        ),
        "file": attr.string(
            doc = "`ARCHITECTURE/NAME-VERSION.apk`",
            mandatory = True,
        ),
        "folder": attr.string(
            doc = "Folder of the repository, from the workspace root or absolute.",
            mandatory = True,
        ),
    },
)
