"""The rule behind `NAME.digest`."""

load(":jq.bzl", "JQ_ATTRIBUTE", "jq_environment")

def _image_digest_impl(ctx):
    ctx.actions.run_shell(
        command = "\"$JQ\" --raw-output '.manifests[0].digest' \"$1/index.json\" > \"$2\"",
        arguments = [ctx.file.image.path, ctx.outputs.out.path],
        inputs = [ctx.file.image],
        outputs = [ctx.outputs.out],
        tools = [ctx.executable._jq],
        env = jq_environment(ctx),
        mnemonic = "OCIDigest",
        progress_message = "Reading digest of %{label}",
        toolchain = None,
    )
    return DefaultInfo(files = depset([ctx.outputs.out]))

image_digest = rule(
    implementation = _image_digest_impl,
    doc = "A file with the digest of an image or an image index.",
    attrs = {
        "image": attr.label(doc = "The image.", allow_single_file = True, mandatory = True),
        "out": attr.output(doc = "Name of the file.", mandatory = True),
    } | JQ_ATTRIBUTE,
)
