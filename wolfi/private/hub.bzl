"""The files of the hub, @wolfi_images: what defs.bzl reads, and the contents of every image."""

load(":apko_cache.bzl", "key_path")
load(":build_file.bzl", "PRIVATE", "call")
load(":packages.bzl", "key_id")

_BUILD_HEADER = """\
load("{private}:image_contents.bzl", "image_contents", "refused_contents")
load("{private}:repository_map.bzl", "repository_map")

package(default_visibility = ["//visibility:public"])
"""

def hub_files(folder, images, packages, origins):
    """Writes the hub.

    Args:
        folder: Of the image configurations, from the workspace root.
        images: See images.bzl.
        packages: See packages.bzl.
        origins: See origins.bzl.

    Returns:
        A dict of path → contents.
    """
    targets = [_BUILD_HEADER.format(private = PRIVATE)]
    targets.append(call(
        "repository_map",
        name = "repository_map",
        folders = {
            url: origin.folder
            for url, origin in origins.items()
            if origin.kind == "folder"
        },
        repositories = {
            origin.target: url
            for url, origin in origins.items()
            if origin.kind == "target"
        },
    ))
    for name, image in images.items():
        for architecture in image.architectures:
            targets.append(_contents(folder, name, image, architecture, packages))
            targets.append(_control_segments(name, image, architecture, packages))
    return {
        "BUILD.bazel": "\n".join(targets),
        "images.bzl": _images_bzl(folder, images),
    }

def _contents(folder, name, image, architecture, packages):
    target = "{}_{}".format(name, architecture)
    if image.problem:
        return call("refused_contents", name = target, message = image.problem)
    return call(
        "image_contents",
        name = target,
        configuration = "@@//{}:{}.yaml".format(folder, name),
        control_segments = [":{}_control_segments".format(target)],
        data_segments = _segments(image, architecture, packages, "data"),
        includes = ["@@" + label for label in image.include_labels],
        keys = ["@{}//:{}".format(key_id(key), key_path(key.url)) for key in image.keys],
        lock_command = image.lock_command,
        lockfile = "@@//{}:{}.lock.json".format(folder, name),
    )

def _control_segments(name, image, architecture, packages):
    """By themselves: what is named beside them, Bazel would fetch too."""
    target = "{}_{}_control_segments".format(name, architecture)
    if image.problem:
        return call("refused_contents", name = target, message = image.problem)
    return call("filegroup", name = target, srcs = _segments(image, architecture, packages, "control"))

def _segments(image, architecture, packages, kind):
    return [
        _segments_label(packages[package.key], kind)
        for package in image.packages
        if package.architecture == architecture
    ]

def _segments_label(package, kind):
    if package.origin.kind == "download":
        return "@{}_{}//:segments".format(package.id, kind)
    return "@{}//:{}".format(package.id, kind)

def _images_bzl(folder, images):
    entries = {
        name: {
            "architectures": image.architectures,
            "cure": image.cure,
            "folder": folder,
            "has_lockfile": image.lockfile != None,
            "includes": image.include_labels,
            "lock_command": image.lock_command,
            "settings": image.settings,
        }
        for name, image in images.items()
    }
    return "\"\"\"The images of this workspace, and the state of their lockfiles.\"\"\"\n\nIMAGES = {}\n".format(repr(entries))
