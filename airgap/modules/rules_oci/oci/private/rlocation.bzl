"""Where a file lies among the runfiles."""

def rlocation(ctx, file):
    """Returns a file's path below the folder of runfiles.

    Args:
        ctx: Context of a rule.
        file: The File.
    """
    if file.short_path.startswith("../"):
        return file.short_path.removeprefix("../")
    return ctx.workspace_name + "/" + file.short_path
