"""wolfi_base()."""

load("@aspect_rules_js//js:defs.bzl", "js_test")
load("@rules_oci//oci:defs.bzl", "oci_load")
load("@wolfi_images//:images.bzl", "IMAGES")
load(":base_image.bzl", "base_image")

def wolfi_base(name = "wolfi", image = None, tags = [], visibility = ["//visibility:public"]):
    """Builds a base image from its lockfile, with tests that the lockfile is current and sound.

    Declares `NAME_base_image` (an oci_image for the target platform's processor, with `.digest`), `NAME_base_tarball`
    (`bazel run` loads it into a container engine; `NAME_base_tarball.tar` is the file), `NAME_lock_test` and
    `NAME_sound_test`. When `name` is "wolfi" there are also the aliases `base_image`, `base_tarball` and
    `base_tarball.tar`.

    Args:
        name: Prefix of the targets.
        image: Image configuration without its ending, e.g. `gitserver`. By default the package's last path part, where
            there is such a configuration, otherwise `sourcegraph`.
        tags: Set on every target.
        visibility: Of the image and the tarball; the tests are private.
    """
    image = image or _default_image()
    if image not in IMAGES:
        fail("wolfi_base(name = \"{}\"): there is no image configuration \"{}\"; there are {}".format(
            name,
            image,
            ", ".join(sorted(IMAGES)),
        ))
    state = IMAGES[image]
    configuration = "//{}:{}.yaml".format(state["folder"], image)

    base_image(
        name = name + "_base_image",
        contents = {
            architecture: Label("@wolfi_images//:{}_{}".format(image, architecture))
            for architecture in state["architectures"]
        },
        image = image,
        tags = tags,
        visibility = visibility,
    )
    oci_load(
        name = name + "_base_tarball",
        image = name + "_base_image",
        loader = Label("//tools:load"),
        repo_tags = [image + "-base:latest"],
        tags = tags,
        visibility = visibility,
    )
    native.filegroup(
        name = name + "_base_tarball.tar",
        srcs = [name + "_base_tarball"],
        output_group = "tarball",
        tags = tags,
        visibility = visibility,
    )
    _lock_tests(name, image, state, configuration, tags)

    if name == "wolfi":
        for target in ["base_image", "base_tarball", "base_tarball.tar"]:
            native.alias(
                name = target,
                actual = "wolfi_" + target,
                tags = tags,
                visibility = visibility,
            )

def _default_image():
    last = native.package_name().split("/")[-1]
    return last if last in IMAGES else "sourcegraph"

def _lock_tests(name, image, state, configuration, tags):
    lockfile = "//{}:{}.lock.json".format(state["folder"], image)
    files = [configuration] + state["includes"] + ([lockfile] if state["has_lockfile"] else [])
    arguments = [
        "--config",
        "{}/{}.yaml".format(state["folder"], image),
        "--lockfile",
        "{}/{}.lock.json".format(state["folder"], image),
        "--lock-command",
        "'{}'".format(state["lock_command"]),
    ]
    _check(
        name = name + "_lock_test",
        command = ["check", "current"] + arguments,
        data = files,
        tags = tags,
    )

    # Of a lockfile that cannot be used, this fails to build, with the reason and the cure.
    control_segments = name + "_control_segments"
    for architecture in state["architectures"]:
        native.filegroup(
            name = "{}_{}".format(control_segments, architecture),
            srcs = [Label("@wolfi_images//:{}_{}_control_segments".format(image, architecture))],
            tags = tags + ["manual"],
            visibility = ["//visibility:private"],
        )
    _check(
        name = name + "_sound_test",
        command = ["check", "sound"] + arguments + ["--control-segments", ".."],
        data = files + ["{}_{}".format(control_segments, architecture) for architecture in state["architectures"]],
        tags = tags,
    )

def _check(name, command, data, tags):
    js_test(
        name = name,
        size = "small",
        args = command,
        data = data,
        entry_point = Label("//tools/cli:wolfi.mjs"),
        # Source files of another package are not copied beside the program.
        no_copy_to_bin = data,
        tags = tags,
        visibility = ["//visibility:private"],
    )
