"""The public macros."""

load("//oci/private:digest.bzl", "image_digest")
load("//oci/private:image.bzl", _oci_image = "oci_image")
load("//oci/private:image_index.bzl", _oci_image_index = "oci_image_index")
load("//oci/private:load.bzl", _oci_load = "oci_load")
load("//oci/private:push.bzl", _oci_push = "oci_push")
load("//oci/private:settings.bzl", "common_attributes", "setting")

def oci_image(
        name,
        created = None,
        labels = None,
        annotations = None,
        env = None,
        cmd = None,
        entrypoint = None,
        exposed_ports = None,
        volumes = None,
        **kwargs):
    """Builds an image, as the folder `NAME` in OCI's layout; `NAME.digest` is a file with its digest.

    Args:
        name: Name of the target.
        created: Label of a file that holds the time of creation.
        labels: Dict, or label of a file with a NAME=VALUE a line.
        annotations: Dict, or label of a file with a NAME=VALUE a line.
        env: Dict, or label of a file with a NAME=VALUE a line. `$NAME` and `${NAME}` stand for the base's value.
        cmd: List, or label of a file with an argument a line.
        entrypoint: List, or label of a file with an argument a line.
        exposed_ports: List, or label of a file with ports separated by commas.
        volumes: List, or label of a file with folders separated by commas.
        **kwargs: `base`, `tars`, `user`, `workdir`, `os`, `architecture`, `variant` and what every rule has.
    """
    _refuse("oci_image", name, kwargs, ["resource_set"])

    # A newline within an argument cannot stand in a file of lines.
    if type(cmd) == "list":
        cmd = [argument.replace("\n", "%5Cn") for argument in cmd]
    if type(entrypoint) == "list":
        entrypoint = [argument.replace("\n", "%5Cn") for argument in entrypoint]

    _oci_image(
        name = name,
        annotations = setting(name, "annotations", annotations, kwargs),
        cmd = setting(name, "cmd", cmd, kwargs),
        created = created,
        entrypoint = setting(name, "entrypoint", entrypoint, kwargs),
        env = setting(name, "env", env, kwargs),
        exposed_ports = setting(name, "exposed_ports", exposed_ports, kwargs, separator = ","),
        labels = setting(name, "labels", labels, kwargs),
        volumes = setting(name, "volumes", volumes, kwargs, separator = ","),
        **kwargs
    )
    _digest(name, kwargs)

def oci_image_index(name, annotations = None, **kwargs):
    """Puts images of several platforms under one digest, which is in `NAME.digest`.

    Args:
        name: Name of the target.
        annotations: Dict, or label of a file with a NAME=VALUE a line.
        **kwargs: `images` and what every rule has.
    """
    _refuse("oci_image_index", name, kwargs, ["platforms"])
    _oci_image_index(
        name = name,
        annotations = setting(name, "annotations", annotations, kwargs),
        **kwargs
    )
    _digest(name, kwargs)

def oci_load(name, repo_tags = None, **kwargs):
    """Loads an image into a container engine when it is run; its output group `tarball` is the file.

    Args:
        name: Name of the target.
        repo_tags: List, or label of a .txt file, of the names that the image has in the engine.
        **kwargs: `image`, `loader`, `format` (only "docker") and what every executable rule has.
    """
    if kwargs.get("format") == "oci":
        _refuse("oci_load", name, ["format = \"oci\""], ["format = \"oci\""])
    _oci_load(
        name = name,
        repo_tags = setting(name, "tags", repo_tags, kwargs),
        **kwargs
    )

def oci_push(name, remote_tags = None, **kwargs):
    """Pushes an image or an index to a registry when it is run.

    Args:
        name: Name of the target.
        remote_tags: List, or label of a file, of the tags that the image is given.
        **kwargs: `image`, `repository` and what every executable rule has.
    """
    _refuse("oci_push", name, kwargs, ["repository_file"])
    _oci_push(
        name = name,
        remote_tags = setting(name, "tags", remote_tags, kwargs),
        **kwargs
    )

def _digest(name, kwargs):
    image_digest(
        name = name + ".digest",
        out = name + ".json.sha256",
        image = name,
        **common_attributes(kwargs)
    )

def _refuse(rule, name, used, uncovered):
    for attribute in uncovered:
        if attribute in used:
            fail("{}(name = \"{}\"): `{}` is not covered ".format(rule, name, attribute) +
                 "by the closed profile's rules_oci (airgap/modules/rules_oci/README.md)")
