"""A program of the machine, as the one target of a repository."""

def _host_tool_impl(repository_ctx):
    name = repository_ctx.attr.program
    program = repository_ctx.which(name)
    if not program:
        fail("Cannot find {} on the PATH: install the Debian package {}".format(name, repository_ctx.attr.package))

    if repository_ctx.attr.leaves_root:
        copied = repository_ctx.execute(["cp", "--dereference", str(program), name])
        if copied.return_code:
            fail("Cannot copy {}: {}".format(program, copied.stderr))
    else:
        # Bazel reads through the link, so that a newer program builds anew.
        repository_ctx.symlink(program, name)

    repository_ctx.file("BUILD.bazel", "exports_files([\"{}\"])\n".format(name))

host_tool = repository_rule(
    implementation = _host_tool_impl,
    doc = "A program of the machine, found on the PATH.",
    attrs = {
        "leaves_root": attr.bool(doc = "Copy it, because `bazel run` starts it outside of the closed profile's root."),
        "package": attr.string(doc = "The Debian package that has the program.", mandatory = True),
        "program": attr.string(doc = "Name of the program, and of the target.", mandatory = True),
    },
)
