"""gitserver on a base image."""

load("@rules_oci//oci:defs.bzl", "oci_image")

def gitserver_image(name, base, **kwargs):
    """Declares an image of gitserver.

    Args:
        name: Of the oci_image.
        base: The base image.
        **kwargs: Visibility, tags and the like.
    """
    oci_image(
        name = name,
        base = base,
        entrypoint = [
            "/sbin/tini",
            "--",
            "/usr/bin/node",
            "/app/gitserver.mjs",
        ],
        exposed_ports = ["3178/tcp"],
        tars = [":layer"],
        **kwargs
    )
