"""`typescript.deps(version_from = …)`: which TypeScript compiles the workspace."""

load("@aspect_rules_js//npm:libs.bzl", "npm_repository")
load("//ts/private:typescript_versions.bzl", "TYPESCRIPT_VERSIONS")

_deps = tag_class(
    doc = "Declares a repository with a compiler.",
    attrs = {
        "name": attr.string(
            default = "npm_typescript",
            doc = "Of the repository. ts_project takes what the calling module knows as `@npm_typescript`.",
        ),
        "version_from": attr.label(doc = "A package.json with an exact version of typescript.", mandatory = True),
    },
)

_BUILD = """
load("@aspect_rules_ts//ts/private:typescript_targets.bzl", "typescript_targets")

typescript_targets()
"""

def _typescript_impl(module_ctx):
    for name, version_from in _choose(module_ctx.modules).items():
        _declare(module_ctx, name, version_from)
    return module_ctx.extension_metadata(reproducible = True)

def _choose(modules):
    """Name of each repository → where its version stands. Names are shared: the root module's tag holds for all."""
    chosen = {}
    for module in modules:
        for tag in module.tags.deps:
            other = chosen.get(tag.name)
            if other == None or module.is_root:
                chosen[tag.name] = struct(module = module, version_from = tag.version_from)
            elif not other.module.is_root and other.version_from != tag.version_from:
                fail("Cannot choose a version for \"{}\": modules {} and {} ask for one each. Name one in the root module".format(
                    tag.name,
                    other.module.name,
                    module.name,
                ))
    return {name: choice.version_from for name, choice in chosen.items()}

def _declare(module_ctx, name, version_from):
    package_json = json.decode(module_ctx.read(version_from))
    version = (package_json.get("dependencies", {}) | package_json.get("devDependencies", {})).get("typescript")
    if version not in TYPESCRIPT_VERSIONS:
        fail("TypeScript \"{}\" of {} is not known, only {}: add it to airgap/modules/aspect_rules_ts/ts/private/typescript_versions.bzl".format(
            version,
            version_from,
            ", ".join(TYPESCRIPT_VERSIONS),
        ))
    npm_repository(
        name = name,
        package = "typescript",
        version = version,
        integrity = TYPESCRIPT_VERSIONS[version],
        build_file_content = _BUILD,
        files = ["//ts/private:tsc.cjs", "//ts/private:validate_tsconfig.cjs"],
    )

typescript = module_extension(
    implementation = _typescript_impl,
    tag_classes = {"deps": _deps},
)
