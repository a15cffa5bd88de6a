"""Tests of checksum.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//wolfi/private:checksum.bzl", "hex_digest")

def _hex_digest_test_impl(ctx):
    env = unittest.begin(ctx)
    for checksum, expected in {
        # The digests of the empty text.
        "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha1-////////////////////////////": None,
        "sha1-//////////////////////////8=": "ffffffffffffffffffffffffffffffffffffffff",
        # The last digit holds bits that no byte has.
        "sha1-//////////////////////////9=": None,
        "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk": None,
        "sha1-2jmj7l5rSw0yVb/vlWAYkK/YB-k=": None,
        "sha1-": None,
        "sha256-2jmj7l5rSw0yVb/vlWAYkK/YBwk=": None,
        "md5-1B2M2Y8AsgTpgAmY7PhCfg==": None,
        "": None,
    }.items():
        asserts.equals(env, expected, hex_digest(checksum), checksum)
    return unittest.end(env)

hex_digest_test = unittest.make(_hex_digest_test_impl)
