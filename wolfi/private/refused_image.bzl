"""Stands where an image would be that cannot be built."""

load(":refuse.bzl", "refuse")

def _refused_image_impl(ctx):
    output = ctx.actions.declare_directory(ctx.label.name)
    refuse(ctx, [output], ctx.attr.message)
    return [DefaultInfo(files = depset([output]))]

refused_image = rule(
    implementation = _refused_image_impl,
    doc = "Fails when it is built, and says why.",
    attrs = {
        "message": attr.string(
            doc = "What is wrong, and what mends it.",
            mandatory = True,
        ),
    },
)
