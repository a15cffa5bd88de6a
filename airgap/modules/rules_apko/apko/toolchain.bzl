"""The toolchain that says which apko runs."""

ApkoInfo = provider(
    doc = "An apko to run.",
    fields = {
        "binary": "File: the program.",
        "repo": "string: name of the repository that has it.",
        "version": "string: its version, without a leading v.",
    },
)

def _apko_toolchain_impl(ctx):
    binary = ctx.executable.apko
    default = DefaultInfo(files = depset([binary]), runfiles = ctx.runfiles([binary]))
    variables = platform_common.TemplateVariableInfo({"APKO_BIN": binary.path})
    return [
        default,
        variables,
        platform_common.ToolchainInfo(
            apko_info = ApkoInfo(binary = binary, repo = ctx.attr.apko.label.repo_name, version = ctx.attr.version),
            default = default,
            template_variables = variables,
        ),
    ]

apko_toolchain = rule(
    implementation = _apko_toolchain_impl,
    doc = "An apko for `@rules_apko//apko:toolchain_type`.",
    attrs = {
        "apko": attr.label(
            doc = "The program.",
            allow_single_file = True,
            cfg = "exec",
            executable = True,
            mandatory = True,
        ),
        "version": attr.string(doc = "Its version, without a leading v.", mandatory = True),
    },
)
