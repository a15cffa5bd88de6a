"""What every action that runs jq shares."""

JQ_ATTRIBUTE = {
    "_jq": attr.label(default = "@jq", allow_single_file = True, cfg = "exec", executable = True),
}

def jq_environment(ctx, environment = {}):
    """Returns an action's environment.

    Args:
        ctx: Context of a rule that has JQ_ATTRIBUTE.
        environment: More variables.
    """
    return {"JQ": ctx.executable._jq.path, "LC_ALL": "C", "PATH": "/usr/bin:/bin"} | environment
