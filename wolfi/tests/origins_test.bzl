"""Tests of wolfi/private/origins.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//wolfi/private:origins.bzl", "find_origins", "origin_of", "vendored_folder")

_TAGS = [
    struct(url = "http://built.test/os/", target = Label("//wolfi-packages:repository"), folder = ""),
    struct(url = "https://folder.test/os", target = None, folder = "third_party/os/"),
]

def _origins_test_impl(ctx):
    env = unittest.begin(ctx)
    for vendor in [None, ""]:
        origins = find_origins(_TAGS, vendor = vendor, tools = "bazel run //tools")
        asserts.equals(env, "download", origin_of("https://other.test/os", origins).kind)
        asserts.equals(env, "download", origin_of("http://folder.test/os", origins).kind)
    for vendor in [None, "vendor/wolfi/"]:
        origins = find_origins(_TAGS, vendor = vendor, tools = "bazel run //tools")
        built = origin_of("http://built.test/os", origins)
        asserts.equals(env, "target", built.kind)
        asserts.true(env, built.target.endswith("//wolfi-packages:repository"))
        folder = origin_of("https://folder.test/os", origins)
        asserts.equals(env, ("folder", "third_party/os"), (folder.kind, folder.folder))
        asserts.equals(env, "Run `bazel run //tools:lock`", folder.cure)
    origins = find_origins([], vendor = "vendor/wolfi/", tools = "bazel run //tools")
    vendored = origin_of("https://other.test:8443/a/os", origins)
    asserts.equals(env, ("folder", "vendor/wolfi/other.test+8443/a/os"), (vendored.kind, vendored.folder))
    asserts.equals(env, "Run `bazel run //tools:vendor -- vendor/wolfi`", vendored.cure)
    return unittest.end(env)

origins_test = unittest.make(_origins_test_impl)

def _vendored_folder_test_impl(ctx):
    env = unittest.begin(ctx)
    for url, folder in {
        "http://127.0.0.1:8080": "127.0.0.1+8080",
        "http://127.0.0.1:8080/os": "127.0.0.1+8080/os",
        "https://packages.wolfi.dev/os": "packages.wolfi.dev/os",
    }.items():
        asserts.equals(env, folder, vendored_folder(url))
    return unittest.end(env)

vendored_folder_test = unittest.make(_vendored_folder_test_impl)
