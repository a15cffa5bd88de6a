"""Stands where an image would be for an architecture that its lockfile does not hold."""

load(":refuse.bzl", "refuse")

def _refused_architecture_impl(ctx):
    output = ctx.actions.declare_directory(ctx.label.name)
    refuse(ctx, [output], "Cannot build an image for {}: {} holds {}. {}".format(
        ctx.attr.architecture,
        ctx.attr.lockfile,
        ", ".join(ctx.attr.lockfile_architectures),
        ctx.attr.cure,
    ))
    return [DefaultInfo(files = depset([output]))]

refused_architecture = rule(
    implementation = _refused_architecture_impl,
    doc = "Fails when it is built, and names the architecture.",
    attrs = {
        "architecture": attr.string(
            doc = "The one that is asked for.",
            mandatory = True,
        ),
        "cure": attr.string(
            doc = "What adds it.",
            mandatory = True,
        ),
        "lockfile": attr.string(
            doc = "Path of the image's lockfile.",
            mandatory = True,
        ),
        "lockfile_architectures": attr.string_list(doc = "Those that the lockfile holds."),
    },
)
