"""The rule behind `tar`."""

_EXTENSIONS = {"": ".tar", "gzip": ".tar.gz"}

def _specification(ctx):
    if ctx.file.mtree:
        return ctx.file.mtree
    lines = [
        # The only way to replace variables as well as locations; deprecated without a successor.
        ctx.expand_make_variables("mtree", ctx.expand_location(line, ctx.attr.srcs), {})
        for line in ctx.attr.mtree_lines
    ]
    file = ctx.actions.declare_file(ctx.label.name + "_mtree.txt")

    # bsdtar ignores a last line that does not end.
    ctx.actions.write(file, "\n".join(["#mtree"] + lines + [""]))
    return file

def _tar_impl(ctx):
    specification = _specification(ctx)
    out = ctx.outputs.out or ctx.actions.declare_file(ctx.label.name + _EXTENSIONS[ctx.attr.compress])

    args = ctx.actions.args()
    args.add("--create")
    args.add_all(ctx.attr.args)
    if ctx.attr.compress == "gzip":
        args.add_all(["--gzip", "--options=gzip:!timestamp"])
    args.add("--file", out)
    args.add(specification, format = "@%s")

    ctx.actions.run(
        executable = ctx.executable._bsdtar,
        arguments = [args],
        inputs = depset(
            ctx.files.srcs + [specification],
            transitive = [src[DefaultInfo].default_runfiles.files for src in ctx.attr.srcs],
        ),
        outputs = [out],
        mnemonic = "Tar",
        progress_message = "Archiving %{label}",
        toolchain = None,
    )
    return DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))

tar = rule(
    implementation = _tar_impl,
    doc = "An archive written by bsdtar from an mtree specification.",
    attrs = {
        "args": attr.string_list(doc = "More arguments for bsdtar, before those of the rule."),
        "compress": attr.string(doc = "Compression of the archive.", values = _EXTENSIONS.keys()),
        "mtree": attr.label(doc = "File of mtree lines.", allow_single_file = True),
        "mtree_lines": attr.string_list(doc = "The mtree lines themselves, where `mtree` is not set."),
        "out": attr.output(doc = "File name of the archive."),
        "srcs": attr.label_list(doc = "Files that the lines name, with their runfiles.", allow_files = True),
        "_bsdtar": attr.label(default = "//tar:bsdtar", allow_single_file = True, cfg = "exec", executable = True),
    },
)
