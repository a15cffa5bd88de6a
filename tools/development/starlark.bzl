"""Checks of BUILD and .bzl files."""

load(":check.bzl", "format_and_lint_tests")

def wolfi_starlark(name, srcs):
    """Declares `NAME_format_test` and `NAME_lint_test` for Starlark files: buildifier, with its warnings.

    Args:
        name: Prefix of the tests.
        srcs: BUILD and .bzl files of this package.
    """
    format_and_lint_tests(name = name, srcs = srcs)
