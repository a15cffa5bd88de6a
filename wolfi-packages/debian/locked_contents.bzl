"""Locks an image while it is built, where no lockfile can be committed: Debian's packages change every day."""

load("//wolfi:defs.bzl", "WolfiRepositoryInfo")
load("//wolfi/private:apko_cache.bzl", "key_path", "package_folder")

def _locked_contents_impl(ctx):
    repository = ctx.attr.repository[WolfiRepositoryInfo]
    folder = repository.architectures[ctx.attr.architecture]
    [key] = [file for file in ctx.files.repository if file.basename.endswith(".rsa.pub")]

    repository_map = ctx.actions.declare_file(ctx.label.name + ".repositories.json")
    ctx.actions.write(repository_map, json.encode({ctx.attr.url: folder.dirname}))
    lockfile = ctx.actions.declare_file(ctx.label.name + ".lock.json")
    args = ctx.actions.args()
    args.add_all(["lock", "--quiet"])
    args.add("--config", ctx.file.configuration)
    args.add("--arch", ctx.attr.architecture)
    args.add("--repository-map", repository_map)
    args.add("--output", lockfile)
    ctx.actions.run(
        executable = ctx.executable._wolfi,
        inputs = [ctx.file.configuration, repository_map, folder, key] + ctx.files.includes,
        outputs = [lockfile],
        arguments = [args],
        # rules_js: a js_binary as an action's tool, with paths from the execution root.
        env = {"BAZEL_BINDIR": "."},
        mnemonic = "WolfiLock",
        progress_message = "Locking %{label}",
        toolchain = None,
    )

    # Whole packages instead of their segments: apko then verifies the data too, and no name has to be known here.
    packages = ctx.actions.declare_directory(_in_cache(ctx, package_folder("{}/{}/-.apk".format(
        ctx.attr.url,
        ctx.attr.architecture,
    )).removesuffix("/-")))
    ctx.actions.symlink(output = packages, target_file = folder)
    keyring = ctx.actions.declare_file(_in_cache(ctx, key_path("{}/{}".format(ctx.attr.url, key.basename))))
    ctx.actions.symlink(output = keyring, target_file = key)
    return [
        DefaultInfo(files = depset([lockfile])),
        OutputGroupInfo(
            apks = depset([packages]),
            # Which of the packages are in the image is not known here: it gets no label that lists placeholders.
            control_segments = depset(),
            indexes = depset(),
            keyrings = depset([keyring]),
            lockfile = depset([lockfile]),
        ),
    ]

def _in_cache(ctx, path):
    """Where a file is declared so that apko_image places it at a path of apko's cache.

    It takes two parts off the file's path, which suits a file of another repository: `../REPOSITORY/PATH`.
    """
    depth = len(ctx.label.package.split("/"))
    if ctx.label.workspace_name != "" or depth > 2:
        fail("{} has to be declared at most two folders below the workspace's root".format(ctx.label))
    return "cache/" * (2 - depth) + path

locked_contents = rule(
    implementation = _locked_contents_impl,
    doc = "The `contents` of an apko_image, locked against a repository that is built in the workspace.",
    attrs = {
        "architecture": attr.string(
            default = "x86_64",
            doc = "The only one that is locked.",
        ),
        "configuration": attr.label(
            allow_single_file = [".yaml"],
            doc = "The image configuration.",
            mandatory = True,
        ),
        "includes": attr.label_list(
            allow_files = [".yaml"],
            doc = "What the configuration includes.",
        ),
        "repository": attr.label(
            doc = "Builds the packages.",
            mandatory = True,
            providers = [WolfiRepositoryInfo],
        ),
        "url": attr.string(
            doc = "What the configuration knows the repository by.",
            mandatory = True,
        ),
        "_wolfi": attr.label(
            cfg = "exec",
            default = Label("//tools/cli:wolfi"),
            executable = True,
        ),
    },
)
