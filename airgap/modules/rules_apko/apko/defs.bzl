"""The public rules."""

load("//apko/private:apko_config.bzl", _ApkoConfigInfo = "ApkoConfigInfo", _apko_config = "apko_config")
load("//apko/private:apko_image.bzl", _apko_image = "apko_image")

ApkoConfigInfo = _ApkoConfigInfo
apko_config = _apko_config

def apko_image(name, contents, config, tag, output = "oci", architecture = None, args = [], **kwargs):
    """Builds an image from a lockfile, as a folder in OCI's layout or as a tarball.

    Args:
        name: Name of the target: the folder `NAME`, or `NAME.tar`.
        contents: Target with the output groups `lockfile`, `apks`, `indexes` and `keyrings`.
        config: The image configuration, or an apko_config.
        tag: Name that the image has in a tarball.
        output: "oci" or "docker".
        architecture: Architecture of the image. Without it: all of the configuration.
        args: More arguments for `apko build`.
        **kwargs: What every rule has.
    """
    _apko_image(
        name = name,
        architecture = architecture,
        args = args,
        config = config,
        contents = contents,
        output = output,
        tag = tag,
        **kwargs
    )

def apko_lock(name, **_kwargs):
    """Not covered.

    Args:
        name: Name of the target.
        **_kwargs: Not read.
    """
    _refuse("apko_lock", name)

def apko_show_config(name, **_kwargs):
    """Not covered.

    Args:
        name: Name of the target.
        **_kwargs: Not read.
    """
    _refuse("apko_show_config", name)

def _refuse(rule, name):
    fail("{}(name = \"{}\") is not covered by the closed profile's rules_apko ".format(rule, name) +
         "(airgap/modules/rules_apko/README.md)")
