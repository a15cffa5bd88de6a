"""The macros behind a hub repository's defs.bzl."""

load("//js:defs.bzl", "js_library")
load(":npm_link.bzl", "npm_link")
load(":npm_store.bzl", "npm_store")

_STORE = ".aspect_rules_js/node_modules/"

def link_all_packages(name, root, packages, store, importers):
    """Declares the package's `node_modules/…` targets, and in the root package those of the store.

    Args:
        name: Must be `node_modules`.
        root: Package of the lockfile.
        packages: Key of a package → its repository's label.
        store: Name of a store entry → dict of name, package (its key), dependencies, folders, closure.
        importers: Folder → name of a dependency → store entry.
    """
    if name != "node_modules":
        fail("npm_link_all_packages: the name can only be \"node_modules\"")
    folder = _importer(root, native.package_name())
    if folder not in importers:
        fail("npm_link_all_packages: //{} has no importer in pnpm-lock.yaml, only {}".format(
            native.package_name(),
            ", ".join(["//" + _join(root, importer) for importer in importers]),
        ))

    if folder == "":
        for store_name, entry in store.items():
            npm_store(
                name = _STORE + store_name,
                package = entry["name"],
                src = packages[entry["package"]],
                store_name = store_name,
                dependencies = entry["dependencies"],
                folders = entry["folders"],
                tags = ["manual"],
                visibility = ["//visibility:public"],
            )

    scopes = {}
    for package, store_name in importers[folder].items():
        link = "node_modules/" + package
        npm_link(
            name = link,
            package = package,
            store = "//{}:{}".format(root, _STORE + store_name),
            closure = ["//{}:{}".format(root, _STORE + entry) for entry in store[store_name]["closure"]],
            tags = ["manual"],
            visibility = ["//visibility:public"],
        )
        native.filegroup(
            name = link + "/dir",
            srcs = [link],
            output_group = "package_directory",
            tags = ["manual"],
            visibility = ["//visibility:public"],
        )
        if package.startswith("@"):
            scopes.setdefault(package.split("/")[0], []).append(link)

    for scope, links in (scopes | {"": ["node_modules/" + package for package in importers[folder]]}).items():
        js_library(
            name = _join("node_modules", scope),
            srcs = links,
            tags = ["manual"],
            visibility = ["//visibility:public"],
        )

def link_targets(name, package, root, importers):
    """The packages that `npm_link_all_packages` links in a package.

    Args:
        name: Must be `node_modules`.
        package: The package; None for the calling one.
        root: Package of the lockfile.
        importers: Folder → name of a dependency → store entry.

    Returns:
        Labels.
    """
    if name != "node_modules":
        fail("npm_link_targets: the name can only be \"node_modules\"")
    package = native.package_name() if package == None else package
    return ["//{}:node_modules/{}".format(package, link) for link in importers.get(_importer(root, package), {})]

def _importer(root, package):
    if package == root:
        return ""
    return package.removeprefix(root + "/") if root else package

def _join(first, second):
    return first + "/" + second if first and second else first or second
