"""Reads every lockfile of one folder; declares a repository for each distinct package, and the hub."""

load(":apko_cache.bzl", "key_path")
load(":build_file.bzl", "workspace_package_build")
load(":files_repository.bzl", "files_repository")
load(":folder_package.bzl", "folder_package")
load(":hub.bzl", "hub_files")
load(":images.bzl", "read_images")
load(":origins.bzl", "find_origins")
load(":packages.bzl", "distinct_keys", "distinct_packages")
load(":segment_repository.bzl", "segment_repository")

_HUB = "wolfi_images"

def _wolfi_impl(module_ctx):
    root = [module for module in module_ctx.modules if module.is_root]
    tags = root[0].tags if root else struct(images = [], repository = [])
    folder = tags.images[-1].folder.strip("/") if tags.images else "wolfi-images"
    tools = "bazel run {}//tools".format("" if root and root[0].name == "wolfi" else "@wolfi")
    lock_command = tools + ":lock"
    origins = find_origins(tags.repository, vendor = module_ctx.getenv("WOLFI_VENDOR"), tools = tools)

    images = read_images(module_ctx, folder = folder, lock_command = lock_command)
    packages = distinct_packages(images, origins)
    for package in packages.values():
        if package.origin.kind == "download":
            for kind in ["control", "data"]:
                segment_repository(
                    name = package.id + "_" + kind,
                    cure = "Run `{}`".format(lock_command),
                    segments = getattr(package, kind),
                    url = package.url,
                )
        elif package.origin.kind == "target":
            files_repository(name = package.id, files = {"BUILD.bazel": workspace_package_build(
                control = package.control,
                cure = package.origin.cure,
                data = package.data,
                file = package.file,
                repository = package.origin.target,
            )})
        else:
            folder_package(
                name = package.id,
                control = package.control,
                cure = package.origin.cure,
                data = package.data,
                file = package.file,
                folder = package.origin.folder,
            )
    for name, key in distinct_keys(images).items():
        path = key_path(key.url)
        files_repository(name = name, files = {
            "BUILD.bazel": "exports_files([{}])\n".format(repr(path)),
            path: key.content,
        })
    files_repository(
        name = _HUB,
        files = hub_files(folder, images, packages, origins),
    )
    return module_ctx.extension_metadata(
        reproducible = True,
        root_module_direct_deps = [_HUB],
        root_module_direct_dev_deps = [],
    )

_images = tag_class(
    doc = "Where the image configurations and lockfiles lie. Only the root module's tag counts.",
    attrs = {
        "folder": attr.string(
            default = "wolfi-images",
            doc = "Folder of `NAME.yaml` and `NAME.lock.json`, from the workspace root; a Bazel package.",
        ),
    },
)

_repository = tag_class(
    doc = "A package repository that lies in the workspace: `target` or `folder`. Only the root module's tags count.",
    attrs = {
        "folder": attr.string(
            doc = "Folder of `ARCHITECTURE/NAME-VERSION.apk` and `ARCHITECTURE/APKINDEX.tar.gz`, from the workspace root. " +
                  "It needs no BUILD file.",
        ),
        "target": attr.label(doc = "A wolfi_repository target, which builds the packages and their index."),
        "url": attr.string(
            doc = "The URL that image configurations know the repository by. Nothing is ever fetched from it.",
            mandatory = True,
        ),
    },
)

wolfi = module_extension(
    implementation = _wolfi_impl,
    doc = "Declares @wolfi_images and the repositories behind it, from the lockfiles of the root module.",
    tag_classes = {
        "images": _images,
        "repository": _repository,
    },
)
