"""A rule that calls a js_binary in an action."""

def _run_tool_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".json")
    bindir = ctx.bin_dir.path if ctx.attr.bindir == "BIN" else ctx.attr.bindir

    # The program's path for its output starts where BAZEL_BINDIR is.
    path = out.path.removeprefix(bindir + "/")
    ctx.actions.run(
        executable = ctx.executable.tool,
        arguments = ["--out=" + path],
        env = {"BAZEL_BINDIR": bindir} if bindir else {},
        mnemonic = "RunTool",
        outputs = [out],
    )
    return DefaultInfo(files = depset([out]))

run_tool = rule(
    implementation = _run_tool_impl,
    attrs = {
        "bindir": attr.string(doc = "BAZEL_BINDIR of the program: BIN is the folder of outputs, empty is none."),
        "tool": attr.label(cfg = "exec", executable = True, mandatory = True),
    },
)
