"""The repository that a workspace loads `npm_link_all_packages` from."""

_DEFS = '''\
"""The packages of one pnpm-lock.yaml."""

load("@aspect_rules_js//npm/private:npm_link_all_packages.bzl", "link_all_packages", "link_targets")

_PACKAGES = {{
{packages}
}}

_STORE = {store}

_IMPORTERS = {importers}

def npm_link_all_packages(name = "node_modules"):
    link_all_packages(name, "{root}", _PACKAGES, _STORE, _IMPORTERS)

def npm_link_targets(name = "node_modules", package = None):
    return link_targets(name, package, "{root}", _IMPORTERS)
'''

def _npm_hub_impl(repository_ctx):
    repository_ctx.file("BUILD.bazel")
    repository_ctx.file("defs.bzl", _DEFS.format(
        importers = repository_ctx.attr.importers,
        packages = "\n".join([
            "    \"{}\": Label(\"@{}//:package.tgz\"),".format(key, repository)
            for key, repository in repository_ctx.attr.repositories.items()
        ]),
        root = repository_ctx.attr.root,
        store = repository_ctx.attr.store,
    ))

npm_hub = repository_rule(
    implementation = _npm_hub_impl,
    attrs = {
        "importers": attr.string(doc = "JSON, see link_all_packages.", mandatory = True),
        "repositories": attr.string_dict(doc = "Key of a package → name of its npm_repository.", mandatory = True),
        "root": attr.string(doc = "Package of the lockfile.", mandatory = False),
        "store": attr.string(doc = "JSON, see link_all_packages.", mandatory = True),
    },
)
