"""The macro `tar`: an archive whose every entry is described by a line of an mtree specification."""

load("//tar/private:tar.bzl", tar_rule = "tar")

_UNCOVERED = ["compressor", "compressor_args", "compute_unused_inputs", "include_runfiles", "mode", "mutate", "stamp"]

def tar(name, mtree = "auto", **kwargs):
    """Archives files as an mtree specification says.

    Args:
        name: Name of the target. The archive is `NAME.tar` or `NAME.tar.gz`, unless `out` names it.
        mtree: List of lines, in which `$(execpath LABEL)` and make variables are replaced, or a label of a file.
        **kwargs: `srcs`, `compress`, `args`, `out` and what every rule has.
    """
    for attribute in _UNCOVERED:
        if attribute in kwargs:
            _refuse(name, "`{}`".format(attribute))
    if mtree == "auto":
        _refuse(name, "`mtree = \"auto\"`")
    if type(kwargs.get("compress")) == "string" and kwargs["compress"] not in ["", "gzip"]:
        _refuse(name, "`compress = \"{}\"`".format(kwargs["compress"]))

    tar_rule(
        name = name,
        mtree = None if type(mtree) == "list" else mtree,
        mtree_lines = mtree if type(mtree) == "list" else [],
        compress = kwargs.pop("compress", select({
            Label("//tar:optimized"): "gzip",
            "//conditions:default": "",
        })),
        **kwargs
    )

def _refuse(name, what):
    fail("tar(name = \"{}\"): {} is not covered by the closed profile's tar.bzl ".format(name, what) +
         "(airgap/modules/tar.bzl/README.md)")
