"""Tests of apko_cache.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//wolfi/private:apko_cache.bzl", "key_path", "package_folder")

def _paths_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(
        env,
        "https%3A%2F%2Fpackages.wolfi.dev%2Fos/x86_64/libstdc++-15.2.0-r1",
        package_folder("https://packages.wolfi.dev/os/x86_64/libstdc++-15.2.0-r1.apk"),
    )
    asserts.equals(
        env,
        "http%3A%2F%2Fh.test%3A8080%2Fa%2Bb%2Fc~d/aarch64/p-1-r0",
        package_folder("http://h.test:8080/a+b/c~d/aarch64/p-1-r0.apk"),
    )
    for url, path in {
        "https://h.test/a/b/k.rsa.pub": "https%3A%2F%2Fh.test%2Fa/b/k.rsa.pub/k.rsa.pub",
        # The slash stays only where no path is left.
        "https://h.test/os/k.rsa.pub": "https%3A%2F%2Fh.test%2F/os/k.rsa.pub/k.rsa.pub",
    }.items():
        asserts.equals(env, path, key_path(url))
    return unittest.end(env)

paths_test = unittest.make(_paths_test_impl)
