"""The label that says which packages of an image hold nothing but a placeholder."""

def _placeholder_labels_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".txt")
    segments = ctx.attr.contents[OutputGroupInfo].control_segments
    args = ctx.actions.args()
    args.add("--output", output)
    args.add_all(segments)
    ctx.actions.run(
        executable = ctx.executable._list_placeholders,
        inputs = segments,
        outputs = [output],
        arguments = [args],
        # rules_js: a js_binary as an action's tool, with paths from the execution root.
        env = {"BAZEL_BINDIR": "."},
        mnemonic = "WolfiPlaceholders",
        progress_message = "Looking for placeholders in %{label}",
        toolchain = None,
    )
    return [DefaultInfo(files = depset([output]))]

placeholder_labels = rule(
    implementation = _placeholder_labels_impl,
    doc = "A file for oci_image's `labels`: `dev.wolfi.placeholders=NAME,…`, or empty where every package is real.",
    attrs = {
        "contents": attr.label(
            doc = "See image_contents.bzl.",
            mandatory = True,
        ),
        "_list_placeholders": attr.label(
            cfg = "exec",
            default = Label("//tools/segments:list-placeholders"),
            executable = True,
        ),
    },
)
