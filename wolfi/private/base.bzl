"""wolfi_base()."""

load("@rules_oci//oci:defs.bzl", "oci_load")
load("@wolfi_images//:images.bzl", "IMAGES")
load(":architectures.bzl", "ARCHITECTURES")
load(":base_image.bzl", "base_image")
load(":program_test.bzl", "program_test")
load(":push.bzl", "DEFAULT_REMOTE_TAGS", "wolfi_push")
load(":structure_test.bzl", "wolfi_structure_test")

def wolfi_base(
        name = "wolfi",
        image = None,
        architectures = None,
        labels = {},
        annotations = {},
        repository = None,
        remote_tags = DEFAULT_REMOTE_TAGS,
        structure_test = None,
        tags = [],
        testonly = False,
        visibility = ["//visibility:public"]):
    """Builds a base image from its lockfile, with tests that the lockfile is current and sound.

    | target | is |
    |---|---|
    | `NAME_base_image` | the oci_image for the target platform's processor, with `NAME_base_image.digest` |
    | `NAME_base_image_ARCHITECTURE` | the same for one architecture, whatever the target platform is |
    | `NAME_base_index` | the OCI index over all architectures, with `NAME_base_index.digest` |
    | `NAME_base_tarball` | `bazel run` loads the image into a container engine; `NAME_base_tarball.tar` is the file |
    | `NAME_base_push` | `bazel run` pushes the index to a registry, see wolfi_push() |
    | `NAME_base_sbom` | the SPDX document of the image for the target platform's processor |
    | `NAME_lock_test`, `NAME_sound_test` | the lockfile matches its configuration; the lockfile is sound |
    | `NAME_structure_test` | the image for the target platform's processor is what `structure_test` says, if that is given |

    When `name` is "wolfi" there are also the aliases `base_image`, `base_index`, `base_tarball`, `base_tarball.tar`,
    `base_push` and `base_sbom`. The index, its push and the images for one architecture are `manual`: `bazel build //...`
    would fetch the packages of every architecture.

    Args:
        name: Prefix of the targets.
        image: Image configuration without its ending, e.g. `gitserver`. By default the package's last path part, where
            there is such a configuration, otherwise `sourcegraph`.
        architectures: Those that images are built for, e.g. `["x86_64"]`. By default all that the lockfile holds.
        labels: Dict of labels that the images get beside those of the image configuration.
        annotations: Dict of annotations for the images' manifests and for the index.
        repository: Where `NAME_base_push` pushes, see wolfi_push().
        remote_tags: The tags that it gives, see wolfi_push().
        structure_test: Configuration of container-structure-test that the base image is tested by, in
            `NAME_structure_test`. See wolfi_structure_test().
        tags: Set on every target.
        testonly: Set on every target.
        visibility: Of the images, the tarball, the push and the SBOM; the tests are private.
    """
    image = image or _default_image()
    where = "wolfi_base(name = \"{}\") in //{}".format(name, native.package_name())
    if image not in IMAGES:
        fail("{}: there is no image configuration \"{}\"; there are {}".format(
            where,
            image,
            ", ".join(sorted(IMAGES)),
        ))
    for architecture in architectures or []:
        if architecture not in ARCHITECTURES:
            fail("{}: there is no architecture \"{}\"; there are {}".format(where, architecture, ", ".join(ARCHITECTURES)))
    for key, value in labels.items() + annotations.items():
        if "\n" in key + value or "=" in key:
            fail("{}: \"{}\" cannot be a label or an annotation: it has a line break, or an = in its name".format(where, key))
    state = IMAGES[image]
    configuration = "//{}:{}.yaml".format(state["folder"], image)

    _images(
        name,
        image,
        where,
        architectures,
        annotations = annotations,
        labels = labels,
        tags = tags,
        testonly = testonly,
        visibility = visibility,
    )
    oci_load(
        name = name + "_base_tarball",
        image = name + "_base_image",
        loader = Label("//tools:load"),
        repo_tags = [image + "-base:latest"],
        tags = tags,
        testonly = testonly,
        visibility = visibility,
    )
    native.filegroup(
        name = name + "_base_tarball.tar",
        srcs = [name + "_base_tarball"],
        output_group = "tarball",
        tags = tags,
        testonly = testonly,
        visibility = visibility,
    )
    wolfi_push(
        name = name + "_base_push",
        image = name + "_base_index",
        remote_tags = remote_tags,
        repository = repository,
        tags = tags,
        testonly = testonly,
        visibility = visibility,
    )
    _lock_tests(name, image, state, configuration, tags)
    if structure_test:
        wolfi_structure_test(
            name = name + "_structure_test",
            configs = [structure_test],
            image = name + "_base_image",
            tags = tags,
        )

    if name == "wolfi":
        for target in ["base_image", "base_index", "base_tarball", "base_tarball.tar", "base_push", "base_sbom"]:
            native.alias(
                name = target,
                actual = "wolfi_" + target,
                tags = tags + (["manual"] if target in ["base_index", "base_push"] else []),
                testonly = testonly,
                visibility = visibility,
            )

def _default_image():
    last = native.package_name().split("/")[-1]
    return last if last in IMAGES else "sourcegraph"

def _images(name, image, where, architectures, **kwargs):
    state = IMAGES[image]
    base_image(
        name = name + "_base_image",
        architectures = state["architectures"] if architectures == None else architectures,
        contents = {
            architecture: Label("@wolfi_images//:{}_{}".format(image, architecture))
            for architecture in state["architectures"]
            if architectures == None or architecture in architectures
        },
        image = image,
        index = name + "_base_index",
        refusal = _refusal(image, where, architectures),
        sbom = name + "_base_sbom",
        **kwargs
    )

def _refusal(image, where, architectures):
    """Why there is no image for an architecture, which stands for `{}`."""
    state = IMAGES[image]
    return "Cannot build an image for {{}}: {lockfile} holds {locked}{restriction}. {cure}".format(
        lockfile = "{}/{}.lock.json".format(state["folder"], image),
        locked = ", ".join(state["architectures"]),
        restriction = "" if architectures == None else ", and {} is for {}".format(where, ", ".join(architectures)),
        cure = "Add it to `archs` in {}/{}.yaml or in what that includes{}. {}".format(
            state["folder"],
            image,
            "" if architectures == None else ", and to `architectures` of wolfi_base()",
            state["cure"],
        ),
    )

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
    program_test(
        name = name + "_lock_test",
        args = ["check", "current"] + arguments,
        sources = files,
        tags = tags,
        visibility = ["//visibility:private"],
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
    program_test(
        name = name + "_sound_test",
        args = ["check", "sound"] + arguments + ["--control-segments", ".."],
        sources = files + state["settings"] + ["{}_{}".format(control_segments, architecture) for architecture in state["architectures"]],
        tags = tags,
        visibility = ["//visibility:private"],
    )
