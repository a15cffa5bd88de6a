"""Repositories for Node.js: one with the program for each processor, one with the toolchains."""

_BUILD = """\
load("@rules_nodejs//nodejs/private:node_toolchain.bzl", "node_toolchain")

alias(
    name = "node_bin",
    actual = "package/bin/node",
    visibility = ["//visibility:public"],
)

node_toolchain(
    name = "toolchain",
    node = "package/bin/node",
    visibility = ["//visibility:public"],
)
"""

_TOOLCHAINS = """\
toolchain(
    name = "{name}",
    exec_compatible_with = ["@platforms//os:linux", "@platforms//cpu:{cpu}"],
    toolchain = "@{name}//:toolchain",
    toolchain_type = "@rules_nodejs//nodejs:toolchain_type",
)

toolchain(
    name = "{name}_runtime",
    target_compatible_with = ["@platforms//os:linux", "@platforms//cpu:{cpu}"],
    toolchain = "@{name}//:toolchain",
    toolchain_type = "@rules_nodejs//nodejs:runtime_toolchain_type",
)
"""

def _node_repository_impl(repository_ctx):
    registry = repository_ctx.getenv("NPM_CONFIG_REGISTRY")
    if not registry:
        fail("Cannot download Node.js: NPM_CONFIG_REGISTRY is not set. Pass --repo_env=NPM_CONFIG_REGISTRY=$(npm config get registry)")
    package = "node-linux-" + repository_ctx.attr.processor
    repository_ctx.download_and_extract(
        url = "{registry}/{package}/-/{package}-{version}.tgz".format(
            registry = registry.rstrip("/"),
            package = package,
            version = repository_ctx.attr.version,
        ),
        integrity = repository_ctx.attr.integrity,
    )
    repository_ctx.file("BUILD.bazel", _BUILD)

node_repository = repository_rule(
    doc = "The npm package `node-linux-PROCESSOR`: the program as `package/bin/node`, and `:toolchain`.",
    implementation = _node_repository_impl,
    attrs = {
        "integrity": attr.string(doc = "Of the package's tarball.", mandatory = True),
        "processor": attr.string(doc = "As npm names it.", values = ["arm64", "x64"], mandatory = True),
        "version": attr.string(doc = "Of Node.js and of the package.", mandatory = True),
    },
)

def _node_toolchains_impl(repository_ctx):
    repository_ctx.file("BUILD.bazel", "\n".join([
        _TOOLCHAINS.format(name = name, cpu = {"arm64": "aarch64", "x64": "x86_64"}[processor])
        for name, processor in repository_ctx.attr.repositories.items()
    ]))

node_toolchains = repository_rule(
    doc = "The toolchain targets, apart from the programs so that resolving one downloads none.",
    implementation = _node_toolchains_impl,
    attrs = {
        "repositories": attr.string_dict(doc = "Name of a node_repository → its processor.", mandatory = True),
    },
)
