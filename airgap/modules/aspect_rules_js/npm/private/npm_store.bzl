"""One package in the store of node_modules, with links to its dependencies beside it.

    node_modules/.aspect_rules_js/fast-check@4.10.2/node_modules/fast-check      the package
    node_modules/.aspect_rules_js/fast-check@4.10.2/node_modules/pure-rand   →   ../../pure-rand@8.4.2/node_modules/pure-rand

No lifecycle script runs. The links are written without their targets, so packages may depend on each other in a circle.
"""

NpmStoreInfo = provider(
    doc = "A package in the store.",
    fields = {
        "directory": "File: the package's folder.",
    },
)

def _npm_store_impl(ctx):
    store = "node_modules/.aspect_rules_js/{}/node_modules/".format(ctx.attr.store_name)
    directory = ctx.actions.declare_directory(store + ctx.attr.package)
    ctx.actions.run(
        executable = "/usr/bin/tar",
        arguments = [ctx.actions.args().add_all([
            "--extract",
            "--gzip",
            "--no-same-owner",
            # A tarball has one top folder, mostly but not always named `package`.
            "--strip-components=1",
            "--file",
            ctx.file.src,
            "--directory",
            directory,
        ], expand_directories = False)],
        env = {"PATH": "/usr/bin:/bin"},
        inputs = [ctx.file.src],
        outputs = [directory],
        mnemonic = "NpmPackageExtract",
        progress_message = "Extracting npm package %{label}",
    )

    files = [directory]
    for name, store_name in ctx.attr.dependencies.items():
        if name != ctx.attr.package:
            link = ctx.actions.declare_symlink(store + name)
            up = "../" * (name.count("/") + 2)
            ctx.actions.symlink(output = link, target_path = "{}{}/node_modules/{}".format(up, store_name, ctx.attr.folders[name]))
            files.append(link)

    return [
        DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files)),
        NpmStoreInfo(directory = directory),
        OutputGroupInfo(package_directory = depset([directory])),
    ]

npm_store = rule(
    implementation = _npm_store_impl,
    attrs = {
        "dependencies": attr.string_dict(doc = "Name under which the package imports a dependency → the dependency's folder in the store."),
        "folders": attr.string_dict(doc = "The same name → the dependency's own name, which differs for an alias."),
        "package": attr.string(doc = "Name of the package.", mandatory = True),
        "src": attr.label(doc = "The package's tarball.", allow_single_file = True, mandatory = True),
        "store_name": attr.string(doc = "The package's folder in the store.", mandatory = True),
    },
)
