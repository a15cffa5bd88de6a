"""Tests of packages.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//wolfi/private:packages.bzl", "find_disagreements")

def _image(name, url = "https://h.test/os/x86_64/tini-1.apk", content = "KEY", hex = "00", problem = None):
    return struct(
        keys = [struct(url = "https://h.test/os/k.rsa.pub", content = content)],
        lockfile = name + ".lock.json",
        packages = [struct(name = "tini", version = "1", architecture = "x86_64", key = url + " " + hex)],
        problem = problem,
    )

def _disagreements_test_impl(ctx):
    env = unittest.begin(ctx)

    # Java's String.hashCode gives "Aa" and "BB" the same number, and so whatever else is the same around them.
    asserts.equals(env, hash("Aa"), hash("BB"))
    own, same_name = "https://h.test/Aa/x86_64/tini-1.apk", "https://h.test/BB/x86_64/tini-1.apk"
    for images, expected in [
        ({"a": _image("a"), "b": _image("b")}, {}),
        ({"a": _image("a"), "b": _image("b", hex = "11")}, {}),
        ({"a": _image("a"), "b": _image("b", content = "OTHER")}, {}),
        (
            {"a": _image("a", url = own), "b": _image("b", url = same_name), "c": _image("c", url = own)},
            {"b": "x86_64_tini_1_{} is not what it is in a.lock.json"},
        ),
        (
            {"a": _image("a", content = "Aa"), "b": _image("b", content = "BB")},
            {"b": "key_{} is not what it is in a.lock.json"},
        ),
        ({"a": _image("a", url = own, problem = "refused"), "b": _image("b", url = same_name)}, {}),
    ]:
        found = find_disagreements(images)
        asserts.equals(env, expected.keys(), found.keys())
        for name, reason in expected.items():
            before, after = reason.split("{}")
            asserts.true(env, found[name].startswith(before) and found[name].endswith(after), found[name])
            asserts.equals(env, len(before) + 8 + len(after), len(found[name]), found[name])
    return unittest.end(env)

disagreements_test = unittest.make(_disagreements_test_impl)
