"""Segments of a package that lies in the workspace."""

load(":refuse.bzl", "refuse")
load(":repository_info.bzl", "WolfiRepositoryInfo")

def _workspace_segments_impl(ctx):
    outputs = [ctx.actions.declare_file(path) for path in ctx.attr.segments]
    architecture, file = ctx.attr.file.split("/")
    if ctx.attr.repository == None:
        source = ctx.file.package
        path = source and source.path
        missing = "{}/{} does not exist".format(ctx.attr.folder, ctx.attr.file)
    else:
        source = ctx.attr.repository[WolfiRepositoryInfo].architectures.get(architecture)
        path = source and source.path + "/" + file
        missing = "{} builds nothing for {}".format(ctx.attr.repository.label, architecture)
    if source == None:
        refuse(ctx, outputs, "Cannot use {}: {}. {}".format(file, missing, ctx.attr.cure))
        return [DefaultInfo(files = depset(outputs))]

    args = ctx.actions.args()
    args.add("--package", path)
    args.add("--cure", ctx.attr.cure)
    for output, path in zip(outputs, ctx.attr.segments):
        args.add("--segment", ctx.attr.segments[path])
        args.add("--output", output)
    ctx.actions.run(
        executable = ctx.executable._cut_segments,
        inputs = [source],
        outputs = outputs,
        arguments = [args],
        # rules_js: a js_binary as an action's tool, with paths from the execution root.
        env = {"BAZEL_BINDIR": "."},
        mnemonic = "WolfiCutSegments",
        progress_message = "Verifying package " + ctx.attr.file,
        toolchain = None,
    )
    return [DefaultInfo(files = depset(outputs))]

workspace_segments = rule(
    implementation = _workspace_segments_impl,
    doc = "Cuts segments out of a package that lies in the workspace, and checks each against a lockfile.",
    attrs = {
        "cure": attr.string(
            doc = "What to do when the package is not the one that was locked.",
            mandatory = True,
        ),
        "file": attr.string(
            doc = "`ARCHITECTURE/NAME-VERSION.apk`",
            mandatory = True,
        ),
        "folder": attr.string(doc = "Where the package should be, for messages."),
        "package": attr.label(
            allow_single_file = [".apk"],
            doc = "The package; None where it is missing, or a target builds it.",
        ),
        "repository": attr.label(
            doc = "Target that builds the package; None where it lies in a folder.",
            providers = [WolfiRepositoryInfo],
        ),
        "segments": attr.string_dict(
            doc = "Path of each segment, as apko's cache wants it → `bytes=A-B CHECKSUM`.",
            mandatory = True,
        ),
        "_cut_segments": attr.label(
            cfg = "exec",
            default = Label("//tools/segments:cut-segments"),
            executable = True,
        ),
    },
)
