"""Tests of images as they were built."""

load("@aspect_rules_js//js:defs.bzl", "js_test")
load("@wolfi_images//:images.bzl", "IMAGES")

def image_contents_test(name, base, configuration, image = None, archive = None, tag = None, tests = [], data = []):
    """Tests a built base image, and what lies on it, against its configuration and lockfile.

    Args:
        name: Of the test.
        base: The base image: an oci_image.
        configuration: Image configuration without its ending, e.g. `gitserver`.
        image: The program's image on the base, an oci_image.
        archive: The image as a file for container engines, and `tag`, its name there.
        tag: See `archive`.
        tests: More files of node:test cases, as ts_project emits them. They find the paths of the images after `--`
            in their arguments: `--base`, `--image`, ….
        data: What `tests` need.
    """
    state = IMAGES[configuration]
    files = {
        "--base": base,
        "--config": "//{}:{}.yaml".format(state["folder"], configuration),
        "--lockfile": "//{}:{}.lock.json".format(state["folder"], configuration),
        "--image": image,
        "--archive": archive,
    }
    files = {option: label for option, label in files.items() if label}
    sources = [files["--config"], files["--lockfile"]] + state["includes"]
    js_test(
        name = name,
        args = ["tools/image/image-contents.check.js"] +
               ["{}/{}".format(native.package_name(), test) for test in tests] +
               ["--"] +
               ["{}=$(rootpath {})".format(option, label) for option, label in files.items()] +
               (["--tag=" + tag] if tag else []),
        data = files.values() + state["includes"] + data + [
            Label("//tools/development"),
            Label("//tools/image"),
        ],
        entry_point = Label("//tools/development:run-tests.js"),
        no_copy_to_bin = sources,
    )
