"""Builds a repository of packages from recipes."""

load(":repository_info.bzl", "WolfiRepositoryInfo")

def _wolfi_repository_impl(ctx):
    folders = {architecture: _build(ctx, architecture) for architecture in ctx.attr.architectures}
    key = ctx.actions.declare_file("{}/{}".format(ctx.label.name, ctx.file.public_key.basename))
    ctx.actions.symlink(output = key, target_file = ctx.file.public_key)
    files = depset(folders.values() + [key])
    return [
        DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files)),
        WolfiRepositoryInfo(
            architectures = folders,
            folder = "/".join([part for part in [ctx.label.package, ctx.label.name] if part]),
        ),
    ]

def _build(ctx, architecture):
    folder = ctx.actions.declare_directory("{}/{}".format(ctx.label.name, architecture))
    inputs = [ctx.file.private_key] + ctx.files.srcs + ctx.files.data + ctx.files.contents
    args = ctx.actions.args()
    args.add_all(["package", "build", "--index"])
    args.add("--architecture", architecture)
    args.add("--key", ctx.file.private_key)
    for target, name in ctx.attr.inputs.items():
        only, slash, name_of_only = name.rpartition("/")
        if slash == "" or only == architecture:
            file = target.files.to_list()[0]
            inputs.append(file)
            args.add("--input", "{}={}".format(name_of_only, file.path))
    args.add_all("--recipe", ctx.files.srcs)
    args.add_all("--contents", ctx.files.contents)
    args.add("--output", folder.path)
    ctx.actions.run(
        executable = ctx.executable._wolfi,
        inputs = inputs,
        outputs = [folder],
        arguments = [args],
        # rules_js: a js_binary as an action's tool, with paths from the execution root.
        env = {"BAZEL_BINDIR": "."},
        mnemonic = "WolfiPackages",
        progress_message = "Building {} packages of %{{label}}".format(architecture),
        toolchain = None,
    )
    return folder

wolfi_repository = rule(
    implementation = _wolfi_repository_impl,
    doc = "Signed packages and their index for each architecture, in the layout that apko and apk expect of a URL.",
    attrs = {
        "architectures": attr.string_list(
            default = ["x86_64", "aarch64"],
            doc = "One folder is built for each.",
        ),
        "contents": attr.label_list(
            # Not [".tar"]: a target without files is refused then.
            allow_files = True,
            doc = "Archives `NAME.tar` of what the placeholder NAME stands for: the package then holds that.",
        ),
        "data": attr.label_list(
            allow_files = True,
            doc = "Files beside the recipes that they name as `file:`.",
        ),
        "inputs": attr.label_keyed_string_dict(
            allow_files = True,
            doc = "Built file → the name that recipes have for it as `input:`; `x86_64/NAME` for one architecture only.",
        ),
        "private_key": attr.label(
            allow_single_file = [".rsa"],
            doc = "Signs the packages and the index.",
            mandatory = True,
        ),
        "public_key": attr.label(
            allow_single_file = [".rsa.pub"],
            doc = "What verifies them; served at the repository's root.",
            mandatory = True,
        ),
        "srcs": attr.label_list(
            allow_files = [".yaml"],
            doc = "Recipes.",
            mandatory = True,
        ),
        "_wolfi": attr.label(
            cfg = "exec",
            default = Label("//tools/cli:wolfi"),
            executable = True,
        ),
    },
)
