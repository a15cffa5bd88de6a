"""A repository holding one npm package as the registry sends it."""

def _npm_repository_impl(repository_ctx):
    registry = repository_ctx.getenv("NPM_CONFIG_REGISTRY")
    package = repository_ctx.attr.package
    version = repository_ctx.attr.version
    if not registry:
        fail("Cannot download {}@{}: NPM_CONFIG_REGISTRY is not set. Pass --repo_env=NPM_CONFIG_REGISTRY=$(npm config get registry)".format(package, version))
    repository_ctx.download(
        url = "{}/{}/-/{}-{}.tgz".format(registry.rstrip("/"), package, package.split("/")[-1], version),
        output = "package.tgz",
        integrity = repository_ctx.attr.integrity,
    )
    for file in repository_ctx.attr.files:
        repository_ctx.symlink(file, file.name)
    repository_ctx.file("BUILD.bazel", "exports_files([\"package.tgz\"])\n" + repository_ctx.attr.build_file_content)

npm_repository = repository_rule(
    doc = "Downloads one package from the npm registry: `package.tgz`.",
    implementation = _npm_repository_impl,
    attrs = {
        "build_file_content": attr.string(doc = "Added to the BUILD file."),
        "files": attr.label_list(doc = "Added beside the BUILD file."),
        "integrity": attr.string(doc = "Of the tarball, as the lockfile has it.", mandatory = True),
        "package": attr.string(doc = "Name, with its scope.", mandatory = True),
        "version": attr.string(doc = "Exact version.", mandatory = True),
    },
)
