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
    key = {"url": "https://h.test/os/alpine-devel@lists.h.test-6165ee59.rsa.pub", "content": "KEY"}

    # A key is there as often as the configuration lists it.
    lock = read_lockfile(_lockfile(
        packages = [_package(), unsigned],
        keyring = [key, key],
    ))
    asserts.equals(env, None, lock.problem)
    asserts.equals(env, ["x86_64", "aarch64"], lock.architectures)
    asserts.equals(env, ["signature", "control", "data"], [segment.kind for segment in lock.packages[0].segments])
    asserts.equals(env, ["control", "data"], [segment.kind for segment in lock.packages[1].segments])
    control = lock.packages[1].segments[0]
    asserts.equals(env, "bytes=0-199", control.range)
    asserts.equals(env, "da39a3ee5e6b4b0d3255bfef95601890afd80709", control.hex)
    asserts.equals(env, [struct(url = key["url"], content = "KEY")], lock.keys)
    for url in [
        "http://packages.test:65535/a!b/%20/$(x)/x86_64/tini-0.19.0-r1.apk",
        "https://my_host/" + "a/" * 50 + "x86_64/tini-0.19.0-r1.apk",
    ]:
        asserts.equals(env, None, read_lockfile(_lockfile([_package(url = url)])).problem, url)
    return unittest.end(env)

accepted_test = unittest.make(_accepted_test_impl)

def _known_test_impl(ctx):
    env = unittest.begin(ctx)
    known = {}
    first = read_lockfile(_lockfile([_package()]), known)
    asserts.equals(env, first, read_lockfile(_lockfile([_package()]), known))
    asserts.equals(env, 1, len(known))
    other = read_lockfile(_lockfile([_package(data = {"range": "bytes=200-201", "checksum": _SHA256})]), known)
    asserts.equals(env, "bytes=200-201", other.packages[0].segments[2].range)
    asserts.equals(env, 2, len(known))
    for changes, problem in [
        ({"version": None}, "the version None of tini is malformed"),
        ({"control": {"range": "bytes=100-199", "checksum": [_SHA1]}}, "malformed checksum of the control segment of tini"),
        ({"signature": None}, "no signature segment of tini"),
    ]:
        for _ in range(2):
            asserts.equals(env, problem, read_lockfile(_lockfile([_package(**changes)]), known).problem)
    asserts.equals(env, 2, len(known))
    twice = read_lockfile(_lockfile([_package(), _package()]), known)
    asserts.equals(env, "tini is there twice for x86_64", twice.problem)
    return unittest.end(env)

known_test = unittest.make(_known_test_impl)

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
        ({"name": ["tini"]}, "the package name [\"tini\"] is malformed"),
        ({"name": {"a": 1}}, "the package name {\"a\": 1} is malformed"),
        ({"name": 7}, "the package name 7 is malformed"),
        ({"name": ""}, "the package name \"\" is malformed"),
        ({"name": ".."}, "the package name \"..\" is malformed"),
        ({"name": "-rf"}, "the package name \"-rf\" is malformed"),
        ({"name": "$(id)"}, "the package name \"$(id)\" is malformed"),
        ({"name": "`id`"}, "the package name \"`id`\" is malformed"),
        ({"name": "a\\b"}, "the package name \"a\\\\b\" is malformed"),
        ({"name": "a%b"}, "the package name \"a%b\" is malformed"),
        ({"name": "a b"}, "the package name \"a b\" is malformed"),
        ({"name": "a\n\")"}, "the package name \"a\\n\\\")\" is malformed"),
        ({"name": "//a:b"}, "the package name \"//a:b\" is malformed"),
        ({"name": "@a"}, "the package name \"@a\" is malformed"),
        ({"name": "a\000"}, "the package name \"a\\x00\" is malformed"),
        ({"name": "bäsh"}, "the package name \"b??sh\" is malformed"),
        ({"name": "a" * 300}, "the package name \"{}... is too long with its version".format("a" * 79)),
        ({"name": "'" * 300}, "the package name \"{}... is malformed".format("'" * 79)),
        ({"version": None}, "the version None of tini is malformed"),
        ({"version": ["1"]}, "the version [\"1\"] of tini is malformed"),
        ({"version": "../1"}, "the version \"../1\" of tini is malformed"),
        ({"version": "1\n"}, "the version \"1\\n\" of tini is malformed"),
        ({"version": "1" * 200}, "the package name \"tini\" is too long with its version"),
        ({"architecture": None}, "the architecture None of tini is unknown"),
        ({"architecture": ["x86_64"]}, "the architecture [\"x86_64\"] of tini is unknown"),
        ({"architecture": "../x86_64"}, "the architecture \"../x86_64\" of tini is unknown"),
        ({"name": "tini\n"}, "the package name \"tini\\n\" is malformed"),
        ({"name": "ti ni"}, "the package name \"ti ni\" is malformed"),
        ({"name": ".tini"}, "the package name \".tini\" is malformed"),
        ({"version": "1;2"}, "the version \"1;2\" of tini is malformed"),
        ({"architecture": "pdp11"}, "the architecture \"pdp11\" of tini is unknown"),
        ({"url": "file:///etc/passwd"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://me:secret@h.test/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/../x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/os/x86_64/other-0.19.0-r1.apk"}, "the URL of tini does not end in /x86_64/tini-0.19.0-r1.apk"),
        ({"url": "https://h.test/os/aarch64/tini-0.19.0-r1.apk"}, "the URL of tini does not end in /x86_64/tini-0.19.0-r1.apk"),
        ({"url": None}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": ["https://h.test/x86_64/tini-0.19.0-r1.apk"]}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "HTTPS://h.test/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "ftp://h.test/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "//h.test/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "./os/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/os?/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/os#/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/o s/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/\n/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/\"/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://[::1]/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/./x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test//x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https:///x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/%2e%2E/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/a%2fb/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/a%5Cb/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/a%00/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/a%0d%0a/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/100%/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test/%zz/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://$(id)/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test:/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test:0/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test:65536/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test:80:80/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://h.test:x/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://%68/x86_64/tini-0.19.0-r1.apk"}, "the URL of tini is malformed"),
        ({"url": "https://x86_64/tini-0.19.0-r1.apk"}, "the URL of tini does not end in /x86_64/tini-0.19.0-r1.apk"),
        ({"url": "https://h.test/{}/x86_64/tini-0.19.0-r1.apk".format("a" * 300)}, "the URL of tini is too long"),
        ({"url": "https://h.test/{}x86_64/tini-0.19.0-r1.apk".format("a/" * 70)}, "the URL of tini is too long"),
        ({"data": None}, "no data segment of tini"),
        ({"data": "bytes=200-299"}, "no data segment of tini"),
        ({"data": [{"range": "bytes=200-299", "checksum": _SHA256}]}, "no data segment of tini"),
        ({"data": {}}, "malformed range of the data segment of tini"),
        ({"data": {"range": ["bytes=200-299"], "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": 200, "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=199-299", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=200--1", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=-99", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=0200-299", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=200-0299", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=200-299,0-9", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=200-299\r\nHost: x", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=200-{}".format("9" * 16), "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": None}}, "malformed checksum of the data segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": [_SHA256]}}, "malformed checksum of the data segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": _SHA256[:-1]}}, "malformed checksum of the data segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": _SHA256 + "="}}, "malformed checksum of the data segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": _SHA256 + "\n"}}, "malformed checksum of the data segment of tini"),
        ({"control": {"range": "bytes=100-199", "checksum": _SHA256}}, "malformed checksum of the control segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": _SHA1}}, "malformed checksum of the data segment of tini"),
        ({"data": {"range": "bytes=200-299", "checksum": ""}}, "malformed checksum of the data segment of tini"),
        ({"data": {"range": "bytes=201-299", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"data": {"range": "bytes=200-", "checksum": _SHA256}}, "malformed range of the data segment of tini"),
        ({"control": {"range": "bytes=100-99", "checksum": _SHA1}}, "malformed range of the control segment of tini"),
        ({"control": {"range": "", "checksum": ""}}, "malformed range of the control segment of tini"),
        ({"signature": {"range": "bytes=5-99", "checksum": _SHA1}}, "malformed range of the signature segment of tini"),
    ]:
        asserts.equals(env, problem, read_lockfile(_lockfile([_package(**changes)])).problem, str(changes))
    for text, problem in {
        json.encode({"version": "v1", "contents": {"packages": "tini"}}): "it holds no package, and apko builds no empty image",
        json.encode({"version": "v1", "contents": {"packages": {"name": "tini"}}}): "it holds no package, and apko builds no empty image",
        json.encode({"version": "v1", "contents": []}): "it is not a lockfile of version v1",
        json.encode({"version": ["v1"], "contents": {}}): "it is not a lockfile of version v1",
        _lockfile(["tini"]): "it has \"tini\" where a package should be",
        _lockfile([_package(), None]): "it has None where a package should be",
        _lockfile([_package()], keyring = ["KEY"]): "it has \"KEY\" where a key should be",
        "[" * 100000 + "]" * 100000: "it is not JSON; it may be cut off",
        # The last of two counts, as for apko.
        "{\"version\": \"v1\", \"version\": \"v2\", \"contents\": {}}": "it is not a lockfile of version v1",
    }.items():
        asserts.equals(env, problem, read_lockfile(text).problem, text[:80])
    for key, problem in [
        ({"url": "https://h.test/os/k.rsa.pub"}, "it was written without the text of the key https://h.test/os/k.rsa.pub"),
        ({"url": "keys/k.rsa.pub", "content": "KEY"}, "the URL of a key is not an http(s) URL, or holds a credential"),
        ({"url": "https://me:secret@h.test/os/k.rsa.pub", "content": "KEY"}, "the URL of a key holds a credential"),
        ({"url": "https://h.test/o:s/k.rsa.pub", "content": "KEY"}, "the URL of a key is malformed"),
        # rules_apko copies a key by a shell command with its path in double quotes.
        ({"url": "https://h.test/os/$(id).rsa.pub", "content": "KEY"}, "the URL of a key is malformed"),
        ({"url": "https://h.test/$(id)/k.rsa.pub", "content": "KEY"}, "the URL of a key is malformed"),
        ({"url": "https://h.test/os/-k.rsa.pub", "content": "KEY"}, "the URL of a key is malformed"),
        ({"url": "https://h.test/os/..", "content": "KEY"}, "the URL of a key is malformed"),
        ({"url": "https://h.test/os/{}.rsa.pub".format("k" * 300), "content": "KEY"}, "the URL of a key is too long"),
        ({"url": "https://h.test/os/k.rsa.pub", "content": ["KEY"]}, "it was written without the text of the key https://h.test/os/k.rsa.pub"),
        ({"url": ["https://h.test/os/k.rsa.pub"], "content": "KEY"}, "the URL of a key is not an http(s) URL, or holds a credential"),
        ({"url": "https://h.test/k.rsa.pub", "content": "KEY"}, "the key https://h.test/k.rsa.pub lies at the root of its host, where apko cannot find it offline"),
    ]:
        asserts.equals(env, problem, read_lockfile(_lockfile([_package()], keyring = [key])).problem, str(key))
    return unittest.end(env)

refused_test = unittest.make(_refused_test_impl)
