"""The short form of the public API: `load("@tar.bzl", "tar")`."""

load("//tar:tar.bzl", _tar = "tar")

tar = _tar
