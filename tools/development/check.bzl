"""Tests that look at source files."""

load("@aspect_rules_js//js:defs.bzl", "js_test")

def source_test(name, srcs, types = []):
    """Declares a test with two cases for each file: it is formatted, and the linter finds nothing in it.

    Args:
        name: Of the test.
        srcs: Source files of this package.
        types: Targets whose declaration files the linter needs to know the sources' types.
    """
    js_test(
        name = name,
        size = "small",
        args = [
            "tools/development/format.check.js",
            "tools/development/lint.check.js",
            "--",
        ] + [_path(src) for src in srcs],
        data = srcs + [type for type in types if native.package_relative_label(type) != Label(":development")] + [
            Label(":development"),
            Label("//:format_settings"),
            Label("//:lint_settings"),
        ],
        entry_point = Label(":run-tests.js"),
        include_transitive_types = True,
    )

def _path(src):
    return src if native.package_name() == "" else native.package_name() + "/" + src
