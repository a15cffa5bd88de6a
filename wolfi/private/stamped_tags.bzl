"""The tags of an image, with values of Bazel's workspace status in them."""

def _stamped_tags_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".txt")

    # Not stamped, it depends on nothing that changes from build to build.
    status = [ctx.info_file, ctx.version_file] if ctx.attr.stamp else []
    args = ctx.actions.args()
    args.add("--output", output)
    args.add_all(status, before_each = "--status")
    args.add("--")
    args.add_all(ctx.attr.remote_tags)
    ctx.actions.run(
        executable = ctx.executable._write_tags,
        inputs = status,
        outputs = [output],
        arguments = [args],
        # rules_js: a js_binary as an action's tool, with paths from the execution root.
        env = {"BAZEL_BINDIR": "."},
        mnemonic = "WolfiTags",
        progress_message = "Writing tags of %{label}",
        toolchain = None,
    )
    return [DefaultInfo(files = depset([output]))]

stamped_tags = rule(
    implementation = _stamped_tags_impl,
    doc = "A file for oci_push's `remote_tags`: a tag a line.",
    attrs = {
        "remote_tags": attr.string_list(
            doc = "Tags; `{KEY}` in them is a value of the workspace status.",
            mandatory = True,
        ),
        "stamp": attr.bool(
            doc = "Whether to fill in placeholders; otherwise tags that have one are left out.",
            mandatory = True,
        ),
        "_write_tags": attr.label(
            cfg = "exec",
            default = Label("//tools/push:write-tags"),
            executable = True,
        ),
    },
)
