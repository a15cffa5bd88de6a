"""Tests that look at source files."""

load("@aspect_rules_js//js:defs.bzl", "js_test")

def format_and_lint_tests(name, srcs, types = []):
    """Declares `NAME_format_test` and `NAME_lint_test`, with a case for each file.

    Args:
        name: Prefix of the tests.
        srcs: Source files of this package.
        types: Targets whose declaration files the linter needs to know the sources' types.
    """
    files = [_path(src) for src in srcs]
    js_test(
        name = name + "_format_test",
        size = "small",
        args = ["tools/development/format.check.js", "--"] + files,
        data = srcs + [
            Label(":development"),
            Label("//:format_settings"),
        ],
        entry_point = Label(":run-tests.js"),
    )
    js_test(
        name = name + "_lint_test",
        size = "small",
        args = ["tools/development/lint.check.js", "--"] + files,
        data = srcs + [type for type in types if native.package_relative_label(type) != Label(":development")] + [
            Label(":development"),
            Label("//:lint_settings"),
        ],
        entry_point = Label(":run-tests.js"),
        include_transitive_types = True,
    )

def _path(src):
    return src if native.package_name() == "" else native.package_name() + "/" + src
