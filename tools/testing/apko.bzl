"""Real apko as a file that tests start: the oracle."""

def _apko_binary_impl(ctx):
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = ctx.toolchains["@rules_apko//apko:toolchain_type"].apko_info.binary,
        is_executable = True,
        progress_message = "Linking apko for %{label}",
    )
    return [DefaultInfo(
        executable = executable,
        files = depset([executable]),
        runfiles = ctx.runfiles([executable]),
    )]

apko_binary = rule(
    implementation = _apko_binary_impl,
    doc = "The apko that rules_apko registered. Unlike `@rules_apko//apko` it keeps the folder that it is called in.",
    executable = True,
    toolchains = ["@rules_apko//apko:toolchain_type"],
)
