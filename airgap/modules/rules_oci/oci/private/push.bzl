"""The rule behind `oci_push`."""

load(":rlocation.bzl", "rlocation")

def _oci_push_impl(ctx):
    if not ctx.file.image.is_directory:
        fail("{}: image = {} is not an oci_image or oci_image_index".format(ctx.label, ctx.attr.image.label))
    last = ctx.attr.repository.split("/")[-1]
    if "@" in last or ":" in last:
        fail("{}: repository = \"{}\" has a tag or a digest: ".format(ctx.label, ctx.attr.repository) +
             "tags belong into `remote_tags`")

    launcher = ctx.actions.declare_file("push_{}.sh".format(ctx.label.name))
    tags = ctx.file.remote_tags
    ctx.actions.expand_template(
        template = ctx.file._launcher,
        output = launcher,
        is_executable = True,
        substitutions = {
            "{crane_rlocation}": rlocation(ctx, ctx.executable._crane),
            "{image_rlocation}": rlocation(ctx, ctx.file.image),
            "{repository}": ctx.attr.repository,
            "{tags_rlocation}": rlocation(ctx, tags) if tags else "",
        },
    )
    runfiles = ctx.runfiles([ctx.file.image, ctx.executable._crane] + ([tags] if tags else []))
    return DefaultInfo(executable = launcher, runfiles = runfiles.merge(ctx.attr.image[DefaultInfo].default_runfiles))

oci_push = rule(
    implementation = _oci_push_impl,
    doc = "Pushes an image to a registry.",
    attrs = {
        "image": attr.label(doc = "An oci_image or oci_image_index.", allow_single_file = True, mandatory = True),
        "remote_tags": attr.label(doc = "File of tags, separated by white space.", allow_single_file = True),
        "repository": attr.string(doc = "Where to push, without tag and digest; `--repository` overrides it."),
        "_crane": attr.label(default = "@crane", allow_single_file = True, cfg = "exec", executable = True),
        "_launcher": attr.label(default = "push.sh.tpl", allow_single_file = True),
    },
    executable = True,
)
