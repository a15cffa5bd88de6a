"""Links one package of a folder of the workspace, from which its segments are cut when an image is built."""

load(":build_file.bzl", "workspace_package_build")

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
    repository_ctx.file("BUILD.bazel", workspace_package_build(
        control = attr.control,
        cure = attr.cure,
        data = attr.data,
        file = attr.file,
        folder = attr.folder,
        package = attr.file if is_there else None,
    ), executable = False)
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
