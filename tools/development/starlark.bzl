"""Checks of BUILD and .bzl files."""

load(":check.bzl", "source_test")

def wolfi_starlark(name, srcs):
    """Declares `NAME_source_test` for Starlark files: buildifier, with its warnings.

    Args:
        name: Prefix of the test.
        srcs: BUILD and .bzl files of this package.
    """
    source_test(name = name + "_source_test", srcs = srcs)
