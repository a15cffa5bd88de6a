"""`node.toolchain(node_version = …)`: which Node.js runs the workspace's programs."""

load("//nodejs/private:node_repository.bzl", "node_repository", "node_toolchains")
load("//nodejs/private:node_versions.bzl", "NODE_VERSIONS")

_toolchain = tag_class(
    doc = "Registers one version of Node.js.",
    attrs = {
        "node_version": attr.string(
            doc = "An exact version that node_versions.bzl knows.",
            mandatory = True,
        ),
    },
)

def _node_impl(module_ctx):
    # The root module comes first: its choice holds for all.
    versions = [tag.node_version for module in module_ctx.modules for tag in module.tags.toolchain]
    if not versions:
        fail("No module has a node.toolchain(node_version = …) tag: add one to MODULE.bazel")
    version = versions[0]
    if version not in NODE_VERSIONS:
        fail("Node.js {} is not known, only {}: add it to airgap/modules/rules_nodejs/nodejs/private/node_versions.bzl".format(
            version,
            ", ".join(NODE_VERSIONS),
        ))

    repositories = {}
    for processor, integrity in NODE_VERSIONS[version].items():
        name = "nodejs_linux_" + {"arm64": "arm64", "x64": "amd64"}[processor]
        node_repository(name = name, version = version, processor = processor, integrity = integrity)
        repositories[name] = processor
    node_toolchains(name = "nodejs_toolchains", repositories = repositories)
    return module_ctx.extension_metadata(reproducible = True)

node = module_extension(
    implementation = _node_impl,
    tag_classes = {"toolchain": _toolchain},
)
