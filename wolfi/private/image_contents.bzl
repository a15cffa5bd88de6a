"""What apko needs to build an image for one architecture, as rules_apko's translate_lock would give it."""

load(":refuse.bzl", "refuse")

def _image_contents_impl(ctx):
    control = depset(transitive = [target.files for target in ctx.attr.control_segments])
    data = depset(transitive = [target.files for target in ctx.attr.data_segments])
    return [
        DefaultInfo(files = depset(transitive = [control, data])),
        OutputGroupInfo(
            apks = depset(transitive = [control, data]),
            control_segments = control,
            indexes = depset(),
            keyrings = depset(transitive = [target.files for target in ctx.attr.keys]),
            lockfile = depset([ctx.file.lockfile]),
        ),
    ]

image_contents = rule(
    implementation = _image_contents_impl,
    doc = "The `contents` of an apko_image. The group `control_segments` is for tests: it fetches no data.",
    attrs = {
        "control_segments": attr.label_list(doc = "Control and signature segments of every package."),
        "data_segments": attr.label_list(doc = "Data segments of every package."),
        "keys": attr.label_list(
            allow_files = True,
            doc = "The keyring, each key where apko's cache has it.",
        ),
        "lockfile": attr.label(
            allow_single_file = [".lock.json"],
            doc = "The image's lockfile.",
            mandatory = True,
        ),
    },
)

def _refused_contents_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".refused")
    refuse(ctx, [output], ctx.attr.message)
    outputs = depset([output])
    return [
        DefaultInfo(files = outputs),
        OutputGroupInfo(
            apks = depset(),
            control_segments = outputs,
            indexes = depset(),
            keyrings = depset(),
            lockfile = outputs,
        ),
    ]

refused_contents = rule(
    implementation = _refused_contents_impl,
    doc = "Stands where the contents of an image would be whose lockfile cannot be used. Fails when it is built.",
    attrs = {
        "message": attr.string(
            doc = "What is wrong with the lockfile, and the command that mends it.",
            mandatory = True,
        ),
    },
)
