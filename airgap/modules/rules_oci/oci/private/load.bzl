"""The rule behind `oci_load`."""

load(":jq.bzl", "JQ_ATTRIBUTE", "jq_environment")
load(":rlocation.bzl", "rlocation")

def _tarball_plan(ctx):
    """Returns the tarball's manifest, and the mtree specification of the whole tarball."""
    specification = ctx.actions.declare_file(ctx.label.name + "/tarball.spec")
    manifest = ctx.actions.declare_file(ctx.label.name + "/manifest.json")
    args = ctx.actions.args()
    args.add_all([ctx.file.image], expand_directories = False)
    args.add_all([ctx.file.repo_tags, manifest, specification])
    ctx.actions.run(
        executable = ctx.executable._tarball,
        arguments = [args],
        inputs = [ctx.file.image, ctx.file.repo_tags],
        outputs = [manifest, specification],
        tools = [ctx.executable._jq],
        env = jq_environment(ctx, {"LABEL": str(ctx.label).replace("@@//", "//")}),
        mnemonic = "OCITarballManifest",
        progress_message = "Planning tarball of %{label}",
        toolchain = None,
    )
    return manifest, specification

def _tarball(ctx, manifest, specification):
    tarball = ctx.actions.declare_file(ctx.label.name + "/tarball.tar")
    args = ctx.actions.args()
    args.add_all(["--create", "--no-xattr", "--no-mac-metadata"])
    args.add("--file", tarball)
    args.add(specification, format = "@%s")
    ctx.actions.run(
        executable = ctx.executable._bsdtar,
        arguments = [args],
        inputs = [ctx.file.image, manifest, specification],
        outputs = [tarball],
        mnemonic = "OCITarball",
        progress_message = "Writing tarball of %{label}",
        toolchain = None,
    )
    return tarball

def _oci_load_impl(ctx):
    manifest, specification = _tarball_plan(ctx)
    launcher = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.expand_template(
        template = ctx.file._launcher,
        output = launcher,
        is_executable = True,
        substitutions = {
            "{image_path}": ctx.file.image.path,
            "{image_rlocation}": rlocation(ctx, ctx.file.image),
            "{loader_rlocation}": rlocation(ctx, ctx.executable.loader) if ctx.executable.loader else "",
            "{manifest_path}": manifest.path,
            "{manifest_rlocation}": rlocation(ctx, manifest),
            "{specification_rlocation}": rlocation(ctx, specification),
        },
    )
    runfiles = ctx.runfiles([ctx.file.image, manifest, specification])
    runfiles = runfiles.merge(ctx.attr.image[DefaultInfo].default_runfiles)
    if ctx.executable.loader:
        runfiles = runfiles.merge(ctx.runfiles([ctx.executable.loader]))
        runfiles = runfiles.merge(ctx.attr.loader[DefaultInfo].default_runfiles)
    return [
        DefaultInfo(executable = launcher, runfiles = runfiles),
        OutputGroupInfo(tarball = depset([_tarball(ctx, manifest, specification)])),
    ]

oci_load = rule(
    implementation = _oci_load_impl,
    doc = "Loads an image into a container engine.",
    attrs = {
        "format": attr.string(doc = "Format of the tarball.", default = "docker", values = ["docker"]),
        "image": attr.label(doc = "An oci_image.", allow_single_file = True, mandatory = True),
        "loader": attr.label(
            doc = "Called as `LOADER load --input FILE`, instead of docker, podman or nerdctl.",
            allow_files = True,
            cfg = "target",
            executable = True,
        ),
        "repo_tags": attr.label(
            doc = "Names of the image in the engine, separated by white space.",
            allow_single_file = [".txt"],
            mandatory = True,
        ),
        "_bsdtar": attr.label(
            default = "@tar.bzl//tar:bsdtar",
            allow_single_file = True,
            cfg = "exec",
            executable = True,
        ),
        "_launcher": attr.label(default = "load.sh.tpl", allow_single_file = True),
        "_tarball": attr.label(default = "tarball.sh", allow_single_file = True, cfg = "exec", executable = True),
    } | JQ_ATTRIBUTE,
    executable = True,
)
