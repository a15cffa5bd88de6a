"""Tests of netrc.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//wolfi/private:netrc.bzl", "find_login")

def _find_login_test_impl(ctx):
    env = unittest.begin(ctx)
    for text, expected in [
        ("", None),
        ("machine h.test login me password secret\n", "me secret"),
        ("machine H.Test\r\n\tlogin me\r\n\tpassword secret\r\n", "me secret"),
        ("machine other.test login me password secret\n", None),
        ("machine sub.h.test login me password secret\n", None),
        ("default login anybody password guess\n", "anybody guess"),
        ("machine h.test login me password secret default login anybody password guess", "me secret"),
        ("machine h.test login me\ndefault login anybody password guess", "anybody guess"),
        ("machine h.test account staff login me password first machine h.test login you password second", "me first"),
        # Bazel's own reader stops at each of these.
        ("# mine\nmachine h.test login me password secret # spare\n", "me secret"),
        ("machine h.test login \"me too\" password \"a \\\"b\\\" \\\\ #c\"\n", "me too a \"b\" \\ #c"),
        ("machine h.test login me password a#b\"c\n", "me a#b\"c"),
        ("machine h.test login me port 443 password secret\n", "me secret"),
        ("macdef init\nmachine h.test login no password no\n\nmachine h.test login me password secret\n", "me secret"),
        ("machine h.test password secret\n", " secret"),
        ("login me password secret\n", None),
        ("machine h.test login me password", None),
    ]:
        login = find_login(text, "h.test", "netrc")
        asserts.equals(env, expected, login and login.user + " " + login.password, text)
    return unittest.end(env)

find_login_test = unittest.make(_find_login_test_impl)
