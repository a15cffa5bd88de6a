"""Texts of BUILD files, for repositories that the extension writes."""

# Where our rules are, for load() in another repository.
PRIVATE = str(Label("//wolfi/private:build_file.bzl")).removesuffix(":build_file.bzl")

def call(rule, **kwargs):
    """Writes the declaration of a target.

    Args:
        rule: Name of the rule or macro.
        **kwargs: Its attributes.

    Returns:
        Text that ends in a newline.
    """
    arguments = ["    {} = {},\n".format(name, repr(value)) for name, value in kwargs.items()]
    return "{}(\n{})\n".format(rule, "".join(arguments))

def workspace_package_build(control, data, **kwargs):
    """Writes the BUILD file of a repository for a package that lies in the workspace.

    Args:
        control: `segments` of the target `control`, see workspace_segments.bzl.
        data: The same of the target `data`.
        **kwargs: What both have.

    Returns:
        A text.
    """
    header = "load({}, \"workspace_segments\")\n\npackage(default_visibility = [\"//visibility:public\"])\n".format(
        repr(PRIVATE + ":workspace_segments.bzl"),
    )
    return "\n".join([header] + [
        call("workspace_segments", name = name, segments = segments, **kwargs)
        for name, segments in [("control", control), ("data", data)]
    ])
