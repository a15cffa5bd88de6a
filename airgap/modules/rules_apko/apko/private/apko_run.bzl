"""The rule behind `bazel run @rules_apko//apko`."""

# The folder of runfiles is the launcher's own, or that of the program which has the launcher in its data.
_LAUNCHER = """\
#!/usr/bin/env bash
set -o errexit -o nounset
runfiles=$0.runfiles
[[ -d $runfiles ]] || runfiles=${RUNFILES_DIR:?the launcher of apko has no runfiles}
apko=$(cd "$runfiles" && pwd)/{apko}
cd "${BUILD_WORKING_DIRECTORY:-.}"
exec "$apko" "$@"
"""

def _apko_run_impl(ctx):
    apko = ctx.toolchains["//apko:toolchain_type"].apko_info.binary
    launcher = ctx.actions.declare_file("_{}_run.sh".format(ctx.label.name))
    ctx.actions.write(
        launcher,
        # An external file's short path is `../REPOSITORY/PATH`; its place among the runfiles is what follows `../`.
        _LAUNCHER.replace("{apko}", apko.short_path.removeprefix("../")),
        is_executable = True,
    )

    # As in the real rules, `$(rootpath @rules_apko//apko)` names nothing.
    return DefaultInfo(executable = launcher, files = depset(), runfiles = ctx.runfiles([apko]))

apko_run = rule(
    implementation = _apko_run_impl,
    doc = "Runs apko in the folder in which Bazel was called.",
    executable = True,
    toolchains = ["//apko:toolchain_type"],
)
