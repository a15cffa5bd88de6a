"""The apko binary as a file, for programs that start it themselves.

`@rules_apko//apko` is for `bazel run`: it has no default outputs, so `$(rootpath)` of it is an error, and its launcher
changes the working directory.
"""

_TOOLCHAIN = "@rules_apko//apko:toolchain_type"

def _apko_binary_impl(ctx):
    # A link, because js_binary takes no source file of another package.
    apko = ctx.actions.declare_file(ctx.label.name + "_/apko")
    ctx.actions.symlink(
        output = apko,
        target_file = ctx.toolchains[_TOOLCHAIN].apko_info.binary,
        is_executable = True,
    )
    return DefaultInfo(files = depset([apko]))

apko_binary = rule(
    implementation = _apko_binary_impl,
    toolchains = [_TOOLCHAIN],
)
