"""Tests of lockfile.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//wolfi/private:lockfile.bzl", "read_lockfile")

_SHA1 = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="
_SHA256 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

def _package(**changes):
    return {
        "name": "tini",
        "url": "https://h.test/os/x86_64/tini-0.19.0-r1.apk",
        "version": "0.19.0-r1",
        "architecture": "x86_64",
        "signature": {"range": "bytes=0-99", "checksum": _SHA1},
        "control": {"range": "bytes=100-199", "checksum": _SHA1},
        "data": {"range": "bytes=200-2999999999", "checksum": _SHA256},
    } | changes

def _lockfile(packages = [], keyring = [], version = "v1"):
    return json.encode({
        "version": version,
        "contents": {
            "keyring": keyring,
            "packages": packages,
        },
    })

def _accepted_test_impl(ctx):
    env = unittest.begin(ctx)
    unsigned = _package(
        name = "libstdc++",
        url = "https://h.test/os/aarch64/libstdc++-15.2.0_rc1-r0.apk",
        version = "15.2.0_rc1-r0",
        architecture = "aarch64",
        signature = {"range": "", "checksum": ""},
        control = {"range": "bytes=0-199", "checksum": _SHA1},
    )
    lock = read_lockfile(_lockfile(
        packages = [_package(), unsigned],
        keyring = [{"url": "https://h.test/os/k.rsa.pub", "content": "KEY"}],
    ))
    asserts.equals(env, None, lock.problem)
    asserts.equals(env, ["x86_64", "aarch64"], lock.architectures)
    asserts.equals(env, ["signature", "control", "data"], [segment.kind for segment in lock.packages[0].segments])
    asserts.equals(env, ["control", "data"], [segment.kind for segment in lock.packages[1].segments])
    control = lock.packages[1].segments[0]
    asserts.equals(env, "bytes=0-199", control.range)
    asserts.equals(env, "da39a3ee5e6b4b0d3255bfef95601890afd80709", control.hex)
    asserts.equals(env, [struct(url = "https://h.test/os/k.rsa.pub", content = "KEY")], lock.keys)
    return unittest.end(env)

accepted_test = unittest.make(_accepted_test_impl)

def _refused_test_impl(ctx):
    env = unittest.begin(ctx)
    for text, problem in {
        "": "it is empty",
        " \n": "it is empty",
        "{\"version\": \"v1\", \"cont": "it is not JSON; it may be cut off",
        "[]": "it is not JSON; it may be cut off",
        "{\n<<<<<<< HEAD\n}": "it holds a merge conflict",
        _lockfile(version = "v2"): "it is not a lockfile of version v1",
        _lockfile(): "it holds no package, and apko builds no empty image",
        _lockfile([_package(), _package(url = "https://i.test/x86_64/tini-0.19.0-r1.apk")]): "tini is there twice for x86_64",
    }.items():
        asserts.equals(env, problem, read_lockfile(text).problem, text)
    for changes, problem in [
        ({"name": "../../x"}, "the package name \"../../x\" is malformed"),
        ({"name": "a\"]"}, "the package name \"a\\\"]\" is malformed"),
        ({"name": None}, "the package name None is malformed"),
        ({"version": "1;2"}, "the version \"1;2\" of tini is malformed"),
        ({"architecture": "pdp11"}, "the architecture \"pdp11\" of tini is unknown"),
        ({"url": "file:///etc/passwd"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://me:secret@h.test/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/../x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/os/x86_64/other-0.19.0-r1.apk"}, "the URL of tini does not end in /x86_64/tini-0.19.0-r1.apk"),
        ({"url": "https://h.test/os/aarch64/tini-0.19.0-r1.apk"}, "the URL of tini does not end in /x86_64/tini-0.19.0-r1.apk"),
        ({"data": None}, "no data segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": _SHA1}}, "malformed checksum of the data segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": ""}}, "malformed checksum of the data segment of tini"),
        ({"data": {"range": "bytes=201-299", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=200-", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"control": {"range": "bytes=100-99", "checksum": _SHA1}}, "malformed range of the control segment of tini"),
        ({"control": {"range": "", "checksum": ""}}, "malformed range of the control segment of tini"),
        ({"signature": {"range": "bytes=5-99", "checksum": _SHA1}}, "malformed range of the signature segment of tini"),
    ]:
        asserts.equals(env, problem, read_lockfile(_lockfile([_package(**changes)])).problem, str(changes))
    for key, problem in [
        ({"url": "https://h.test/os/k.rsa.pub"}, "it was written without the text of the key https://h.test/os/k.rsa.pub"),
        ({"url": "keys/k.rsa.pub", "content": "KEY"}, "the URL of a key is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/o:s/k.rsa.pub", "content": "KEY"}, "the URL of a key is malformed"),
        ({"url": "https://h.test/k.rsa.pub", "content": "KEY"}, "the key https://h.test/k.rsa.pub lies at the root of its host, where apko cannot find it offline"),
    ]:
        asserts.equals(env, problem, read_lockfile(_lockfile([_package()], keyring = [key])).problem, str(key))
    return unittest.end(env)

refused_test = unittest.make(_refused_test_impl)
