"""A package as a program imports it: `node_modules/NAME`, a link into the store."""

load("//js:providers.bzl", "js_info")
load(":npm_store.bzl", "NpmStoreInfo")

def _npm_link_impl(ctx):
    link = ctx.actions.declare_symlink("node_modules/" + ctx.attr.package)
    directory = ctx.attr.store[NpmStoreInfo].directory
    ctx.actions.symlink(output = link, target_path = _relative(directory.path, link.path))

    all_files = depset([link], transitive = [dependency[DefaultInfo].files for dependency in ctx.attr.closure])
    return [
        DefaultInfo(
            files = depset([link], transitive = [ctx.attr.store[DefaultInfo].files]),
            runfiles = ctx.runfiles(transitive_files = all_files),
        ),
        js_info(target = ctx.label, npm_sources = all_files),
        OutputGroupInfo(package_directory = depset([directory])),
    ]

def _relative(path, link):
    """`path` as seen from the folder that holds `link`."""
    to, folder = path.split("/"), link.split("/")[:-1]
    same = 0
    for part, other in zip(to, folder):
        if part != other:
            break
        same += 1
    return "/".join([".."] * (len(folder) - same) + to[same:])

npm_link = rule(
    implementation = _npm_link_impl,
    attrs = {
        "closure": attr.label_list(doc = "The store's entries of the package and all that it depends on.", mandatory = True),
        "package": attr.string(doc = "Name under which it is imported.", mandatory = True),
        "store": attr.label(doc = "The package's entry in the store.", providers = [NpmStoreInfo], mandatory = True),
    },
)
