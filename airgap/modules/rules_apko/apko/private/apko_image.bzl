"""The rule behind `apko_image`: apko builds an image, offline, from a lockfile and a filled cache."""

load(":apko_config.bzl", "ApkoConfigInfo")

_GROUPS = ["lockfile", "apks", "indexes", "keyrings"]

def _stage(file):
    return "{}\t{}".format(file.short_path, file.path)

def _stage_in_cache(file):
    # `../REPOSITORY/REST` lies at REST. So it does in the real rules, which misplace files of deeper packages.
    return "{}\t{}".format(file.short_path.split("/", 2)[-1], file.path)

def _contents(ctx):
    groups = ctx.attr.contents[OutputGroupInfo]
    for group in _GROUPS:
        if not hasattr(groups, group):
            fail("{}: contents = {} has no output group `{}`".format(ctx.label, ctx.attr.contents.label, group))
    lockfiles = groups.lockfile.to_list()
    if not lockfiles:
        fail("{}: contents = {} has no file in its output group `lockfile`".format(ctx.label, ctx.attr.contents.label))
    return lockfiles[0], depset(transitive = [groups.apks, groups.keyrings, groups.indexes])

def _apko_image_impl(ctx):
    apko = ctx.toolchains["//apko:toolchain_type"].apko_info.binary
    lockfile, cached = _contents(ctx)
    configs = depset([ctx.file.config])
    if ApkoConfigInfo in ctx.attr.config:
        configs = ctx.attr.config[ApkoConfigInfo].files
    cache = "cache_" + ctx.label.name
    if ctx.attr.output == "oci":
        output = ctx.actions.declare_directory(ctx.label.name)
    else:
        output = ctx.actions.declare_file(ctx.label.name + ".tar")

    staged = ctx.actions.args()
    staged.set_param_file_format("multiline")
    staged.add_all(configs, map_each = _stage)
    staged.add_all([lockfile], map_each = _stage)
    staged.add_all(cached, map_each = _stage_in_cache, format_each = cache + "/%s")
    staging = ctx.actions.declare_file(ctx.label.name + ".staging")
    ctx.actions.write(staging, staged)

    args = ctx.actions.args()
    args.add(staging)
    args.add(output.dirname + "/workdir_" + ctx.label.name)
    args.add(apko)
    args.add("build")
    args.add(ctx.file.config.short_path)
    args.add(ctx.attr.tag)
    args.add("../" + output.basename)
    args.add("--vcs=false")
    args.add("--include-paths=../" + ctx.label.workspace_name)
    args.add_all(ctx.attr.args)
    args.add(lockfile.short_path, format = "--lockfile=%s")
    args.add("--cache-dir=" + cache)
    args.add("--offline")
    if ctx.attr.architecture:
        args.add("--arch", ctx.attr.architecture)

    ctx.actions.run(
        executable = ctx.executable._apko_image,
        arguments = [args],
        inputs = depset([staging, lockfile], transitive = [configs, cached]),
        outputs = [output],
        tools = [apko],
        env = {
            "IMAGE_ARCHITECTURE": ctx.attr.architecture,
            "IMAGE_LABEL": str(ctx.label).replace("@@//", "//"),
            "IMAGE_LOCKFILE": lockfile.short_path,
            "IMAGE_OUTPUT": output.path,
        },
        use_default_shell_env = True,
        execution_requirements = {"no-remote-exec": "1"},
        mnemonic = "ApkoImage",
        progress_message = "Building base image %{label}",
        toolchain = None,
    )
    return DefaultInfo(files = depset([output]))

apko_image = rule(
    implementation = _apko_image_impl,
    doc = "An image that apko builds from a lockfile.",
    attrs = {
        "architecture": attr.string(doc = "Architecture, by apk's or OCI's name; by default all of the configuration."),
        "args": attr.string_list(doc = "More arguments for `apko build`."),
        "config": attr.label(
            doc = "The image configuration, or an apko_config.",
            allow_single_file = True,
            mandatory = True,
        ),
        "contents": attr.label(
            doc = "Target with the output groups `lockfile`, `apks`, `indexes` and `keyrings`.",
            mandatory = True,
            providers = [OutputGroupInfo],
        ),
        "output": attr.string(
            doc = "A folder (oci) or a tarball (docker).",
            default = "oci",
            values = ["oci", "docker"],
        ),
        "tag": attr.string(doc = "Name that the image has in a tarball.", mandatory = True),
        "_apko_image": attr.label(
            default = "apko_image.sh",
            allow_single_file = True,
            cfg = "exec",
            executable = True,
        ),
    },
    toolchains = ["//apko:toolchain_type"],
)
