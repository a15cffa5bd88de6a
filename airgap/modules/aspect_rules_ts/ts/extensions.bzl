"""`typescript.deps(version_from = …)`: which TypeScript compiles the workspace."""

load("@aspect_rules_js//npm:libs.bzl", "npm_repository")
load("//ts/private:typescript_versions.bzl", "TYPESCRIPT_VERSIONS")

_deps = tag_class(
    doc = "Declares the repository `npm_typescript`.",
    attrs = {
        "version_from": attr.label(doc = "A package.json with an exact version of typescript.", mandatory = True),
    },
)

_BUILD = """
load("@aspect_rules_ts//ts/private:typescript_targets.bzl", "typescript_targets")

typescript_targets()
"""

def _typescript_impl(module_ctx):
    # The root module comes first: its choice holds for all.
    tags = [tag for module in module_ctx.modules for tag in module.tags.deps]
    if not tags:
        fail("No module has a typescript.deps(version_from = …) tag: add one to MODULE.bazel")
    package_json = json.decode(module_ctx.read(tags[0].version_from))
    version = (package_json.get("devDependencies", {}) | package_json.get("dependencies", {})).get("typescript")
    if version not in TYPESCRIPT_VERSIONS:
        fail("TypeScript \"{}\" of {} is not known, only {}: add it to airgap/modules/aspect_rules_ts/ts/private/typescript_versions.bzl".format(
            version,
            tags[0].version_from,
            ", ".join(TYPESCRIPT_VERSIONS),
        ))
    npm_repository(
        name = "npm_typescript",
        package = "typescript",
        version = version,
        integrity = TYPESCRIPT_VERSIONS[version],
        build_file_content = _BUILD,
        files = ["//ts/private:tsc.cjs", "//ts/private:validate_tsconfig.cjs"],
    )
    return module_ctx.extension_metadata(reproducible = True)

typescript = module_extension(
    implementation = _typescript_impl,
    tag_classes = {"deps": _deps},
)
