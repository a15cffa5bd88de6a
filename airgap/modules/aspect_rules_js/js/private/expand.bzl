"""Expansion of `$(rootpath …)` and of make variables, and the splitting of arguments."""

def expand(ctx, text, targets, outputs = [], attribute = "args"):
    """Expands locations and then variables.

    Args:
        ctx: Of the rule.
        text: An element of `args`, a value of `env`, …
        targets: Targets that a location may name.
        outputs: Files for `$@` (when there is one) and `$(@D)`.
        attribute: For error messages.

    Returns:
        The expanded text.
    """
    rule_folder = "/".join([part for part in [ctx.bin_dir.path, ctx.label.workspace_root, ctx.label.package] if part])
    variables = {
        "@D": rule_folder,
        "BUILD_FILE_PATH": ctx.build_file_path,
        "RULEDIR": rule_folder,
        "TARGET": target_name(ctx),
        "WORKSPACE": ctx.workspace_name,
    }
    if len(outputs) == 1:
        variables["@"] = outputs[0].path
        variables["@D"] = outputs[0].path if outputs[0].is_directory else outputs[0].dirname
    return ctx.expand_make_variables(attribute, ctx.expand_location(text, targets), variables)

def target_name(ctx):
    """The label as programs get it: `//PACKAGE:NAME`, with `@REPOSITORY` in front outside of the main one.

    Args:
        ctx: Of the rule.

    Returns:
        The text.
    """
    repository = "@" + ctx.label.repo_name if ctx.label.repo_name else ""
    return "{}//{}:{}".format(repository, ctx.label.package, ctx.label.name)

def split_arguments(text):
    """Splits at spaces outside of quotes; quotes and backslashes are taken away.

    Args:
        text: An element of `args`, expanded.

    Returns:
        List of arguments.
    """
    arguments = []
    current = ""
    quote = None
    escaped = False
    for character in text.elems():
        if escaped:
            current += character
            escaped = False
        elif character == "\\":
            escaped = True
        elif quote:
            if character == quote:
                quote = None
            else:
                current += character
        elif character in ["'", "\""]:
            quote = character
        elif character != " ":
            current += character
        elif current:
            arguments.append(current)
            current = ""
    return arguments + [current] if current else arguments
