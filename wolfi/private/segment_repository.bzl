"""Downloads some segments of one package, each by range and verified."""

load(":apko_cache.bzl", "package_folder")
load(":credentials.bzl", "download_auth")

_FILE_ENDINGS = {
    "control": ".ctl.tar.gz",
    "data": ".dat.tar.gz",
    "signature": ".sig.tar.gz",
}

# Bazel says what went wrong in a warning, and shows this several times.
_FAILURE = """Cannot fetch {package}: {url} did not give the bytes that are locked, for the reason in the warning above
  Where the package was withdrawn or built again: {cure}. Logins, networks: docs/networks.md"""

def segment_path(url, kind, control_hex, hex):
    """Names a segment below a cache folder as apko looks for it.

    Args:
        url: Of the package.
        kind: `signature`, `control` or `data`.
        control_hex: Digest of the package's control segment: a signature is found by it.
        hex: Digest of this segment.

    Returns:
        A path below the cache folder.
    """
    return package_folder(url) + "/" + (control_hex if kind == "signature" else hex) + _FILE_ENDINGS[kind]

def _segment_repository_impl(repository_ctx):
    url = repository_ctx.attr.url
    auth = download_auth(repository_ctx, url)
    pending = []
    for path, range_and_checksum in repository_ctx.attr.segments.items():
        byte_range, checksum = range_and_checksum.split(" ")
        pending.append(repository_ctx.download(
            url = url,
            output = path,
            auth = auth,
            headers = {"Range": byte_range},
            integrity = checksum,
            allow_fail = True,
            block = False,
        ))
    results = [download.wait() for download in pending]
    if not all([result.success for result in results]):
        fail(_FAILURE.format(package = url.split("/")[-1], url = url, cure = repository_ctx.attr.cure))
    repository_ctx.file("BUILD.bazel", """\
filegroup(
    name = "segments",
    srcs = {},
    visibility = ["//visibility:public"],
)
""".format(json.encode_indent(repository_ctx.attr.segments.keys(), prefix = "    ", indent = "    ")))
    return None

segment_repository = repository_rule(
    implementation = _segment_repository_impl,
    doc = "Holds segments of one package, where apko looks for them in its cache. Fetched only when an image is built.",
    attrs = {
        "cure": attr.string(
            doc = "What to do when the package is not there any more. It names no image: a package is for many.",
            mandatory = True,
        ),
        "segments": attr.string_dict(
            doc = "Path of each segment → `bytes=A-B CHECKSUM`.",
            mandatory = True,
        ),
        "url": attr.string(
            doc = "Of the package.",
            mandatory = True,
        ),
    },
)
