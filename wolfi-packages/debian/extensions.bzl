"""Declares @debian_packages."""

load(":debian_packages.bzl", "debian_packages")

def _debian_impl(module_ctx):
    debian_packages(name = "debian_packages")
    return module_ctx.extension_metadata(
        reproducible = True,
        root_module_direct_deps = [],
        root_module_direct_dev_deps = ["debian_packages"],
    )

debian = module_extension(
    implementation = _debian_impl,
    doc = "Declares @debian_packages: what takes the place of placeholders in a test.",
)
