"""wolfi_structure_test()."""

load(":program_test.bzl", "program_test")

def wolfi_structure_test(
        name,
        image,
        configs,
        command_tests = "refuse",
        size = "small",
        tags = [],
        visibility = ["//visibility:private"],
        **kwargs):
    """Tests an image by configurations of container-structure-test, without running it.

    A configuration that holds what cannot be judged so fails the test, and says where; docs/test-an-image.md lists what
    can.

    Args:
        name: Of the test.
        image: An oci_image, with or without a base.
        configs: Files in container-structure-test's format, schemaVersion 2.0.0.
        command_tests: `refuse`: a configuration with `commandTests` fails. `programs`: of each of them only this is
            judged: its program is there, and the image's user may execute it. The last line counts what was not run.
        size: Of the test.
        tags: Of the test.
        visibility: Of the test.
        **kwargs: What else a test can have.
    """
    program_test(
        name = name,
        size = size,
        args = ["check", "structure", "--image", "$(rootpath {})".format(image)] +
               ["--config=$(rootpath {})".format(config) for config in configs] +
               ["--command-tests", command_tests],
        data = [image],
        sources = configs,
        tags = tags,
        visibility = visibility,
        **kwargs
    )
