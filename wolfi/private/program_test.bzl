"""A test that runs our program."""

load("@aspect_rules_js//js:defs.bzl", "js_test")

def program_test(name, args, sources, data = [], size = "small", **kwargs):
    """Declares a test that runs `wolfi ARGS…`.

    Args:
        name: Of the test.
        args: Arguments of the program.
        sources: Source files that it reads, or targets with such, of this package or another: they are not copied beside
            the program.
        data: Built files that it reads.
        size: Of the test.
        **kwargs: What else a test can have.
    """
    js_test(
        name = name,
        size = size,
        args = args,
        data = data + sources,
        entry_point = Label("//tools/cli:wolfi.mjs"),
        no_copy_to_bin = sources,
        **kwargs
    )
