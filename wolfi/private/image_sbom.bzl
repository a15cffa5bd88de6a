"""The software bill of materials of an image."""

def _image_sbom_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".spdx.json")
    ctx.actions.run_shell(
        inputs = [ctx.file.image],
        outputs = [output],
        # Beside it lies one for an index, which this image is not in.
        command = "cp \"$1\" \"$2\"",
        arguments = ["{}/sbom-{}.spdx.json".format(ctx.file.image.path, ctx.attr.architecture), output.path],
        mnemonic = "WolfiSbom",
        progress_message = "Taking %{output} out of the image",
        toolchain = None,
    )
    return [DefaultInfo(files = depset([output]))]

image_sbom = rule(
    implementation = _image_sbom_impl,
    doc = "The SPDX document, as JSON, that apko wrote while it built the image.",
    attrs = {
        "architecture": attr.string(
            doc = "That of the image, which the document is named after.",
            mandatory = True,
        ),
        "image": attr.label(
            allow_single_file = True,
            doc = "An apko_image for one architecture, with `--sbom-path` into its own folder.",
            mandatory = True,
        ),
    },
)
