"""The smallest thing that apko_image takes as `contents`: packages that lie in this workspace.

rules_apko drops the first two segments of a file's short path, `../REPOSITORY`, to get its place in apko's cache. So
the files have to come from another repository, under the names that the cache has for their URLs.
"""

_ARCHITECTURES = ["x86_64", "aarch64"]
_CACHE = "http%3A%2F%2Fpackages.test%2F"

_BUILD = """\
load("@@//image:contents.bzl", "contents")

contents(
    name = "contents",
    apks = glob(["**/*.apk"]),
    keyrings = glob(["**/*.rsa.pub"]),
    lockfile = "image.lock.json",
    visibility = ["//visibility:public"],
)
"""

def _contents_impl(ctx):
    return OutputGroupInfo(
        lockfile = depset([ctx.file.lockfile]),
        apks = depset(ctx.files.apks),
        indexes = depset(),
        keyrings = depset(ctx.files.keyrings),
    )

contents = rule(
    implementation = _contents_impl,
    attrs = {
        "apks": attr.label_list(allow_files = True),
        "keyrings": attr.label_list(allow_files = True),
        "lockfile": attr.label(allow_single_file = True),
    },
)

def _contents_repository_impl(rctx):
    rctx.symlink(Label("//image:image.lock.json"), "image.lock.json")
    rctx.symlink(Label("//image/repository:test.rsa.pub"), _CACHE + "/os/test.rsa.pub/test.rsa.pub")
    for architecture in _ARCHITECTURES:
        apk = architecture + "/tiny-1.0-r0.apk"
        rctx.symlink(Label("//image/repository:" + apk), _CACHE + "os/" + apk)
    rctx.file("BUILD.bazel", _BUILD)

contents_repository = repository_rule(implementation = _contents_repository_impl)
