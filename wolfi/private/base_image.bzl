"""The images behind wolfi_base()."""

load("@rules_apko//apko:defs.bzl", "apko_config", "apko_image")
load("@rules_oci//oci:defs.bzl", "oci_image", "oci_image_index")
load("@wolfi_images//:images.bzl", "IMAGES")
load(":image_labels.bzl", "image_labels")
load(":image_sbom.bzl", "image_sbom")
load(":refused_image.bzl", "refused_image")

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

def base_image(
        name,
        image,
        contents,
        architectures,
        refusal,
        visibility,
        index = None,
        sbom = None,
        labels = {},
        annotations = {},
        tags = [],
        testonly = False):
    """Declares an oci_image for the target platform's processor, from an image configuration and locked packages.

    Declares also `NAME_ARCHITECTURE`, the same for each architecture whatever the target platform is.

    Args:
        name: Of the oci_image, and prefix of what it is made of.
        image: Image configuration without its ending.
        contents: Architecture → what apko builds the image from, see image_contents.bzl.
        architectures: Those that the index is over. One that has no contents fails with `refusal`.
        refusal: Why there is no image for an architecture without contents, and what to do. `{}` stands for its name.
        visibility: Of the images and the SBOM.
        index: Name of the OCI index over all architectures. By default there is none.
        sbom: Name of the SPDX document of the image for the target platform's processor. By default there is none.
        labels: Name → value, for the configuration of each image.
        annotations: Name → value, for the manifest of each image and for the index.
        tags: Set on every target.
        testonly: Set on every target.
    """
    state = IMAGES[image]
    internal = {
        "tags": tags + ["manual"],
        "testonly": testonly,
        "visibility": ["//visibility:private"],
    }

    # `bazel build //...` would fetch the packages of every architecture.
    on_request = internal | {"visibility": visibility}
    apko_config(
        name = name + "_configuration",
        config = "//{}:{}.yaml".format(state["folder"], image),
        deps = state["includes"],
        **internal
    )
    for architecture, target in contents.items():
        apko_image(
            name = "{}_{}_apko".format(name, architecture),
            architecture = architecture,
            # Beside the image's own files: `sbom-ARCHITECTURE.spdx.json`.
            args = ["--sbom-path=../{}_{}_apko".format(name, architecture)],
            config = name + "_configuration",
            contents = target,
            tag = image + "-base:latest",
            **internal
        )
        image_labels(
            name = "{}_{}_labels".format(name, architecture),
            contents = target,
            labels = labels,
            **internal
        )
        oci_image(
            name = "{}_{}".format(name, architecture),
            annotations = annotations or None,
            base = "{}_{}_apko".format(name, architecture),
            labels = "{}_{}_labels".format(name, architecture),
            **on_request
        )
    for architecture in architectures:
        if architecture not in contents:
            refused_image(
                name = "{}_{}".format(name, architecture),
                message = refusal.format(architecture),
                **on_request
            )
    refused_image(
        name = name + "_of_other_architecture",
        message = select({
            setting: refusal.format(architecture)
            for architecture, setting in _PROCESSORS.items()
            if architecture not in contents
        } | {
            "//conditions:default": refusal.format("the processor of the target platform"),
        }),
        **internal
    )
    oci_image(
        name = name,
        annotations = annotations or None,
        base = _select_processor(name, contents, "{0}_{1}_apko"),
        labels = _select_processor(name, contents, "{0}_{1}_labels"),
        tags = tags,
        testonly = testonly,
        visibility = visibility,
    )
    if index:
        oci_image_index(
            name = index,
            annotations = annotations or None,
            images = ["{}_{}".format(name, architecture) for architecture in architectures],
            **on_request
        )
    if sbom:
        image_sbom(
            name = sbom,
            architecture = _select_processor(name, contents, "{1}"),
            image = _select_processor(name, contents, "{0}_{1}_apko"),
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
