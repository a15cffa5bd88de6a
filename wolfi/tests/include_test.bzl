"""Tests of include.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//wolfi/private:include.bzl", "is_include_path", "read_include")

_REFUSED = "write `include: PATH` on one line, plain or in quotes"

def _read_include_test_impl(ctx):
    env = unittest.begin(ctx)
    for text, path, problem in [
        ("contents: {}\n", None, None),
        ("include: a/b.yaml\n", "a/b.yaml", None),
        ("# first\ninclude:   a.yaml   # why\ncontents:\n", "a.yaml", None),
        ("include: a#b.yaml\n", "a#b.yaml", None),
        ("include: 'a.yaml'\r\ncontents:\r\n", "a.yaml", None),
        ("include: \"a.yaml\" # why\n", "a.yaml", None),
        ("include :\ta.yaml\n", "a.yaml", None),
        ("include:\n", None, None),
        ("includes: a.yaml\n", None, None),
        ("contents:\n  include: a.yaml\n", None, None),
        ("include:\n  a.yaml\n", None, "1:1: " + _REFUSED),
        ("include:\n\ncontents: {}\n", None, None),
        ("\"include\": a.yaml\n", None, "1:1: write `include` without quotes"),
        ("include: >\n  a.yaml\n", None, "1:1: " + _REFUSED),
        ("\ninclude: *anchor\n", None, "2:1: " + _REFUSED),
        ("include: [a.yaml]\n", None, "1:1: " + _REFUSED),
        ("include: 'a.yaml\n", None, "1:1: " + _REFUSED),
        ("include: 'a' b\n", None, "1:1: " + _REFUSED),
        ("include: \"a\\x2fb\"\n", None, "1:1: " + _REFUSED),
        ("include: a\ninclude: b\n", None, "2:1: a second `include`"),
    ]:
        result = read_include(text)
        asserts.equals(env, path, result.path, text)
        asserts.equals(env, problem, result.problem, text)
    return unittest.end(env)

read_include_test = unittest.make(_read_include_test_impl)

def _include_path_test_impl(ctx):
    env = unittest.begin(ctx)
    for path in ["a.yaml", "wolfi-images/repositories.yaml", "a b/c~d=e,f@g+h.yaml", ".hidden/a"]:
        asserts.true(env, is_include_path(path), path)
    for path in [
        "",
        "/etc/passwd",
        "../a.yaml",
        "a/../b.yaml",
        "./a.yaml",
        "a//b.yaml",
        "a/",
        "//a:b.yaml",
        "@repo//a.yaml",
        "a:b.yaml",
        "-rf",
        "a\\b.yaml",
        "a\"b.yaml",
        "a'b.yaml",
        "a`id`.yaml",
        "$(id).yaml",
        "a%b.yaml",
        "a;b.yaml",
        "a\nb.yaml",
        "a*.yaml",
        "[a].yaml",
        "ä.yaml",
        " a.yaml",
        "a" * 256,
    ]:
        asserts.false(env, is_include_path(path), path)
    return unittest.end(env)

include_path_test = unittest.make(_include_path_test_impl)
