"""The rule behind `oci_image_index`."""

load(":jq.bzl", "JQ_ATTRIBUTE", "jq_environment")

def _oci_image_index_impl(ctx):
    output = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add_all(ctx.files.images, expand_directories = False)
    ctx.actions.run(
        executable = ctx.executable._image_index,
        arguments = [args],
        inputs = ctx.files.images + ctx.files.annotations,
        outputs = [output],
        tools = [ctx.executable._jq],
        env = jq_environment(ctx, {
            "ANNOTATIONS": ctx.file.annotations.path if ctx.file.annotations else "",
            "LABEL": str(ctx.label).replace("@@//", "//"),
            "OUTPUT": output.path,
        }),
        mnemonic = "OCIIndex",
        progress_message = "Building image index %{label}",
        toolchain = None,
    )
    return DefaultInfo(files = depset([output]))

oci_image_index = rule(
    implementation = _oci_image_index_impl,
    doc = "Images of several platforms under one digest.",
    attrs = {
        "annotations": attr.label(doc = "Annotations of the index, NAME=VALUE, one a line.", allow_single_file = True),
        "images": attr.label_list(doc = "The images.", mandatory = True),
        "_image_index": attr.label(
            default = "image_index.sh",
            allow_single_file = True,
            cfg = "exec",
            executable = True,
        ),
    } | JQ_ATTRIBUTE,
)
