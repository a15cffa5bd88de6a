"""What apko needs to build an image for one architecture, as rules_apko's translate_lock would give it."""

load(":refuse.bzl", "refuse")

def _image_contents_impl(ctx):
    lockfile = _check_current(ctx)
    control = depset(transitive = [target.files for target in ctx.attr.control_segments])
    data = depset(transitive = [target.files for target in ctx.attr.data_segments])
    return [
        DefaultInfo(files = depset(transitive = [control, data])),
        OutputGroupInfo(
            apks = depset(transitive = [control, data]),
            control_segments = control,
            indexes = depset(),
            keyrings = depset(transitive = [target.files for target in ctx.attr.keys]),
            lockfile = depset([lockfile]),
        ),
    ]

def _check_current(ctx):
    """Copies the lockfile where it belongs to the configuration: apko would say neither which image nor what to do."""
    checked = ctx.actions.declare_file(ctx.label.name + ".lock.json")
    args = ctx.actions.args()
    args.add_all(["check", "current", "--quiet"])
    args.add("--config", ctx.file.configuration)
    args.add("--lockfile", ctx.file.lockfile)
    args.add("--lock-command", ctx.attr.lock_command)
    args.add("--output", checked)
    ctx.actions.run(
        executable = ctx.executable._wolfi,
        inputs = [ctx.file.configuration, ctx.file.lockfile] + ctx.files.includes,
        outputs = [checked],
        arguments = [args],
        env = {
            # rules_js: a js_binary as an action's tool, with paths from the execution root.
            "BAZEL_BINDIR": ".",
            # There, files of the workspace have their paths from its root.
            "BUILD_WORKSPACE_DIRECTORY": ".",
        },
        mnemonic = "WolfiCheckCurrent",
        progress_message = "Checking that %{input} is current",
        toolchain = None,
    )
    return checked

image_contents = rule(
    implementation = _image_contents_impl,
    doc = "The `contents` of an apko_image. The group `control_segments` is what says which packages are placeholders.",
    attrs = {
        "configuration": attr.label(
            allow_single_file = [".yaml"],
            doc = "The image configuration.",
            mandatory = True,
        ),
        "control_segments": attr.label_list(doc = "Control and signature segments of every package."),
        "data_segments": attr.label_list(doc = "Data segments of every package."),
        "includes": attr.label_list(
            allow_files = True,
            doc = "What the configuration includes.",
        ),
        "keys": attr.label_list(
            allow_files = True,
            doc = "The keyring, each key where apko's cache has it.",
        ),
        "lock_command": attr.string(
            doc = "What writes lockfiles.",
            mandatory = True,
        ),
        "lockfile": attr.label(
            allow_single_file = [".lock.json"],
            doc = "The image's lockfile.",
            mandatory = True,
        ),
        "_wolfi": attr.label(
            cfg = "exec",
            default = Label("//tools/cli:wolfi"),
            executable = True,
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
