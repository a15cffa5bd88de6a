"""The rule behind `oci_image`."""

load(":jq.bzl", "JQ_ATTRIBUTE", "jq_environment")
load(":layer.bzl", "LAYER_ATTRIBUTE", "describe_layer")

# Settings that are files, by the names that config.jq and manifest.jq have for them.
_FILE_SETTINGS = {
    "annotations": "Annotations of the manifest, NAME=VALUE, one a line.",
    "cmd": "Arguments, one a line.",
    "created": "Time of creation.",
    "entrypoint": "The program and its first arguments, one a line. The base's arguments do not stay.",
    "env": "Environment variables, NAME=VALUE, one a line. $NAME and ${NAME} are replaced by what stands before.",
    "exposed_ports": "Ports, separated by commas.",
    "labels": "Labels of the configuration, NAME=VALUE, one a line.",
    "volumes": "Folders that are volumes, separated by commas.",
}

def _check_platform(ctx):
    if ctx.attr.base and (ctx.attr.os or ctx.attr.architecture or ctx.attr.variant):
        fail("{}: `os`, `architecture` and `variant` come from `base`".format(ctx.label))
    if not ctx.attr.base and not (ctx.attr.os and ctx.attr.architecture):
        fail("{}: without `base`, `os` and `architecture` have to be set".format(ctx.label))

def _add_settings(ctx, args):
    """Adds the settings to jq's arguments and returns the files that hold them."""
    files = []
    for name in _FILE_SETTINGS:
        file = getattr(ctx.file, name)
        if file:
            args.add_all("--rawfile", [name, file])
            files.append(file)
    for name in ["user", "workdir"]:
        if getattr(ctx.attr, name):
            args.add_all("--arg", [name, getattr(ctx.attr, name)])
    if not ctx.attr.base:
        platform = {"architecture": ctx.attr.architecture, "os": ctx.attr.os}
        if ctx.attr.variant:
            platform["variant"] = ctx.attr.variant
        args.add_all("--argjson", ["platform", json.encode(platform)])
    return files

def _oci_image_impl(ctx):
    _check_platform(ctx)
    environment = jq_environment(ctx)
    output = ctx.actions.declare_directory(ctx.label.name)

    args = ctx.actions.args()
    descriptions = []
    for position, tar in enumerate(ctx.files.tars):
        description = describe_layer(ctx, position, tar, environment)
        args.add(tar)
        args.add(description)
        descriptions.append(description)
    args.add("--")
    files = _add_settings(ctx, args)

    # What the links in the output point to: whoever takes the image takes these too.
    base = ctx.attr.base[DefaultInfo] if ctx.attr.base else None
    linked = depset(ctx.files.tars, transitive = [base.files, base.default_runfiles.files] if base else [])

    ctx.actions.run(
        executable = ctx.executable._image,
        arguments = [args],
        inputs = depset(descriptions + files + [ctx.file._config_jq, ctx.file._manifest_jq], transitive = [linked]),
        outputs = [output],
        tools = [ctx.executable._jq],
        env = environment | {
            "BASE": ctx.file.base.path if base else "",
            "CONFIG_JQ": ctx.file._config_jq.path,
            "LABEL": str(ctx.label).replace("@@//", "//"),
            "MANIFEST_JQ": ctx.file._manifest_jq.path,
            "OUTPUT": output.path,
        },
        mnemonic = "OCIImage",
        progress_message = "Building image %{label}",
        toolchain = None,
    )
    return DefaultInfo(files = depset([output]), runfiles = ctx.runfiles(transitive_files = linked))

oci_image = rule(
    implementation = _oci_image_impl,
    doc = "An image as a folder in OCI's layout.",
    attrs = {
        "architecture": attr.string(doc = "Processor, by OCI's name, where there is no base."),
        "base": attr.label(doc = "An image to build on: an oci_image or an apko_image.", allow_single_file = True),
        "os": attr.string(doc = "Operating system, by OCI's name, where there is no base."),
        "tars": attr.label_list(
            doc = "New layers, lowest first.",
            # layer.sh says that it does not take the last two.
            allow_files = [".tar", ".tgz", ".tar.gz", ".tzst", ".tar.zst"],
        ),
        "user": attr.string(doc = "User, and perhaps group, that the program runs as."),
        "variant": attr.string(doc = "Variant of the processor, where there is no base."),
        "workdir": attr.string(doc = "Folder in which the program starts."),
        "_config_jq": attr.label(default = "config.jq", allow_single_file = True),
        "_image": attr.label(default = "image.sh", allow_single_file = True, cfg = "exec", executable = True),
        "_manifest_jq": attr.label(default = "manifest.jq", allow_single_file = True),
    } | JQ_ATTRIBUTE | LAYER_ATTRIBUTE | {
        name: attr.label(doc = doc, allow_single_file = True)
        for name, doc in _FILE_SETTINGS.items()
    },
)
