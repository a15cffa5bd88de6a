"""A repository of packages that lies in the workspace."""

WolfiRepositoryInfo = provider(
    doc = "Packages built in the workspace, for the images that are locked against them.",
    fields = {
        "architectures": "dict of architecture → File: folder of `NAME-VERSION.apk` files and their APKINDEX.tar.gz",
        "folder": "string: path of the whole repository below bazel-bin, and below a runfiles root",
    },
)
