"""The image behind wolfi_base()."""

load("@rules_apko//apko:defs.bzl", "apko_config", "apko_image")
load("@rules_oci//oci:defs.bzl", "oci_image")
load("@wolfi_images//:images.bzl", "IMAGES")
load(":placeholder_labels.bzl", "placeholder_labels")
load(":refused_architecture.bzl", "refused_architecture")

# As Label: a workspace that calls wolfi_base() need not know @platforms.
_PROCESSORS = {
    "aarch64": Label("@platforms//cpu:aarch64"),
    "armv7": Label("@platforms//cpu:armv7"),
    "ppc64le": Label("@platforms//cpu:ppc64le"),
    "riscv64": Label("@platforms//cpu:riscv64"),
    "s390x": Label("@platforms//cpu:s390x"),
    "x86": Label("@platforms//cpu:x86_32"),
    "x86_64": Label("@platforms//cpu:x86_64"),
}

def base_image(name, image, contents, tags, visibility, testonly = False):
    """Declares an oci_image for the target platform's processor, from an image configuration and locked packages.

    Args:
        name: Of the oci_image, and prefix of what it is made of.
        image: Image configuration without its ending.
        contents: Architecture → what apko builds the image from, see image_contents.bzl.
        tags: Set on every target.
        visibility: Of the oci_image.
        testonly: Set on every target.
    """
    state = IMAGES[image]
    internal = {
        "tags": tags + ["manual"],
        "testonly": testonly,
        "visibility": ["//visibility:private"],
    }
    apko_config(
        name = name + "_configuration",
        config = "//{}:{}.yaml".format(state["folder"], image),
        deps = state["includes"],
        **internal
    )
    for architecture, target in contents.items():
        apko_image(
            name = "{}_{}".format(name, architecture),
            architecture = architecture,
            config = name + "_configuration",
            contents = target,
            tag = image + "-base:latest",
            **internal
        )
        placeholder_labels(
            name = "{}_{}_labels".format(name, architecture),
            contents = target,
            **internal
        )
    refused_architecture(
        name = name + "_of_other_architecture",
        architecture = select({
            setting: architecture
            for architecture, setting in _PROCESSORS.items()
            if architecture not in contents
        } | {
            "//conditions:default": "the processor of the target platform",
        }),
        cure = "Add it to `archs` in {}/{}.yaml or in what that includes. {}".format(state["folder"], image, state["cure"]),
        lockfile = "{}/{}.lock.json".format(state["folder"], image),
        lockfile_architectures = contents.keys(),
        **internal
    )
    oci_image(
        name = name,
        base = _select_processor(name, contents, "{}_{}"),
        labels = _select_processor(name, contents, "{}_{}_labels"),
        tags = tags,
        testonly = testonly,
        visibility = visibility,
    )

def _select_processor(name, contents, target):
    return select({
        _PROCESSORS[architecture]: target.format(name, architecture)
        for architecture in contents
        if architecture in _PROCESSORS
    } | {
        "//conditions:default": name + "_of_other_architecture",
    })
