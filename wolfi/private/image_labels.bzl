"""The labels of an image, with the one that says which of its packages hold nothing but a placeholder."""

def _image_labels_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".txt")
    segments = ctx.attr.contents[OutputGroupInfo].control_segments
    args = ctx.actions.args()
    args.add("--output", output)
    args.add_all(
        ["{}={}".format(name, value) for name, value in ctx.attr.labels.items()],
        before_each = "--label",
    )
    args.add_all(segments)
    ctx.actions.run(
        executable = ctx.executable._write_labels,
        inputs = segments,
        outputs = [output],
        arguments = [args],
        # rules_js: a js_binary as an action's tool, with paths from the execution root.
        env = {"BAZEL_BINDIR": "."},
        mnemonic = "WolfiLabels",
        progress_message = "Writing %{label}",
        toolchain = None,
    )
    return [DefaultInfo(files = depset([output]))]

image_labels = rule(
    implementation = _image_labels_impl,
    doc = "A file for oci_image's `labels`, a `NAME=VALUE` a line. `dev.wolfi.placeholders=NAME,…` where there are such.",
    attrs = {
        "contents": attr.label(
            doc = "See image_contents.bzl.",
            mandatory = True,
        ),
        "labels": attr.string_dict(doc = "Name → value."),
        "_write_labels": attr.label(
            cfg = "exec",
            default = Label("//tools/segments:write-labels"),
            executable = True,
        ),
    },
)
