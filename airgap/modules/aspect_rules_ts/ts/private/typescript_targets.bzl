"""What `@npm_typescript` holds beside the package."""

load("@aspect_rules_js//js:defs.bzl", "js_binary")
load("@aspect_rules_js//npm:libs.bzl", "link_all_packages")

def typescript_targets():
    """Declares `:tsc`, the compiler, and `:validator`, which compares a tsconfig with a ts_project."""
    link_all_packages(
        name = "node_modules",
        root = "",
        packages = {"typescript": ":package.tgz"},
        store = {"typescript": {
            "closure": ["typescript"],
            "dependencies": {},
            "folders": {},
            "name": "typescript",
            "package": "typescript",
        }},
        importers = {"": {"typescript": "typescript"}},
    )
    for name, entry_point in {"tsc": "tsc.cjs", "validator": "validate_tsconfig.cjs"}.items():
        js_binary(
            name = name,
            entry_point = entry_point,
            data = [":node_modules/typescript"],
            visibility = ["//visibility:public"],
        )
