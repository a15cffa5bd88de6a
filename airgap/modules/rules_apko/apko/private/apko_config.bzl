"""An image configuration together with the files that it includes."""

ApkoConfigInfo = provider(
    doc = "What an image configuration needs beside itself.",
    fields = {"files": "depset of File: the configuration and all it refers to, each found under its short path."},
)

def _apko_config_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = out,
        target_file = ctx.file.config,
        progress_message = "Linking image configuration %{label}",
    )
    return [
        DefaultInfo(files = depset([out])),
        ApkoConfigInfo(files = depset(
            [out] + ctx.files.deps,
            transitive = [dep[ApkoConfigInfo].files for dep in ctx.attr.deps if ApkoConfigInfo in dep],
        )),
    ]

apko_config = rule(
    implementation = _apko_config_impl,
    doc = "An image configuration that includes others. Its `include:` is relative to the workspace root.",
    attrs = {
        "config": attr.label(doc = "The configuration.", allow_single_file = True),
        "deps": attr.label_list(doc = "Included files, or other targets of this rule.", allow_files = True),
    },
)
