"""Settings that users write in a BUILD file or keep in a file: the rules only see files."""

# What a target that stands behind another has from it.
_COMMON = [
    "compatible_with",
    "deprecation",
    "exec_compatible_with",
    "exec_properties",
    "features",
    "restricted_to",
    "tags",
    "target_compatible_with",
    "testonly",
    "visibility",
]

def common_attributes(kwargs):
    """Returns those of a target's attributes that a companion such as `NAME.digest` has too.

    Args:
        kwargs: The attributes of the target.
    """
    return {name: kwargs[name] for name in _COMMON if name in kwargs}

def setting(name, kind, value, kwargs, separator = "\n"):
    """Names the file that holds a setting.

    Args:
        name: Name of the target that has the setting.
        kind: What the setting is; part of the file's name.
        value: A dict or list, for which a file is written; or a label.
        kwargs: The attributes of the target.
        separator: What stands between the elements.

    Returns:
        The label of the file, or None where the setting is not set.
    """
    if type(value) == "dict":
        value = ["{}={}".format(key, text) for key, text in value.items()]
    elif type(value) != "list":
        return value
    target = "{}_write_{}".format(name, kind)
    _text_file(
        name = target,
        out = "{}.{}.txt".format(name, kind),
        content = separator.join(value),
        **(common_attributes(kwargs) | {"tags": ["manual"]})
    )
    return target

def _text_file_impl(ctx):
    ctx.actions.write(ctx.outputs.out, ctx.attr.content)
    return DefaultInfo(files = depset([ctx.outputs.out]))

_text_file = rule(
    implementation = _text_file_impl,
    doc = "A file with a text.",
    attrs = {
        "content": attr.string(doc = "The text."),
        "out": attr.output(doc = "Name of the file.", mandatory = True),
    },
)
