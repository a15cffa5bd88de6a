"""A base image that starts."""

load("@wolfi_images//:images.bzl", "IMAGES")
load("//wolfi/private:base_image.bzl", "base_image")
load(":locked_contents.bzl", "locked_contents")

def runnable_base(name, image, visibility):
    """Declares the base image that wolfi_base() declares, from packages that have Debian's files; x86_64 only.

    Args:
        name: Of the oci_image.
        image: Image configuration without its ending.
        visibility: Of the oci_image.
    """
    state = IMAGES[image]

    # Built for tests only, and when one asks for it: elsewhere there is no apt.
    locked_contents(
        name = name + "_contents",
        testonly = True,
        configuration = "//{}:{}.yaml".format(state["folder"], image),
        includes = state["includes"],
        repository = ":repository",
        tags = ["manual"],
        url = "http://packages.test/os",
    )
    base_image(
        name = name,
        testonly = True,
        architectures = ["x86_64"],
        contents = {"x86_64": name + "_contents"},
        image = image,
        refusal = "Cannot build an image for {}: it is of Debian's packages for x86_64",
        tags = ["manual"],
        visibility = visibility,
    )
