"""`npm.npm_translate_lock(name = …, pnpm_lock = …)`: the packages of a pnpm-lock.yaml as targets."""

load("//npm/private:npm_hub.bzl", "npm_hub")
load("//npm/private:npm_repository.bzl", "npm_repository")
load("//npm/private:pnpm_lock.bzl", "pnpm_lock")

_npm_translate_lock = tag_class(
    doc = "Declares a repository `NAME` with `defs.bzl`, and one for each package of the lockfile.",
    attrs = {
        "data": attr.label_list(doc = "Accepted and not needed: it serves update_pnpm_lock, which is not covered."),
        "name": attr.string(doc = "Shared by all modules: choose one that no other takes.", mandatory = True),
        "pnpm_lock": attr.label(doc = "The lockfile, version 9.", mandatory = True),
    },
)

def _npm_impl(module_ctx):
    for module in module_ctx.modules:
        for tag in module.tags.npm_translate_lock:
            _translate(module_ctx, tag)
    return module_ctx.extension_metadata(reproducible = True)

def _translate(module_ctx, tag):
    path = module_ctx.path(tag.pnpm_lock)
    module_ctx.watch(path)
    result = module_ctx.execute(["python3", module_ctx.path(Label("//npm/private:read_lock.py")), path])
    if result.return_code != 0:
        fail("Cannot read {}: {}".format(tag.pnpm_lock, result.stderr))
    lock = pnpm_lock.parse(json.decode(result.stdout), struct(
        os = "linux",
        cpu = {"aarch64": "arm64", "amd64": "x64", "x86_64": "x64"}[module_ctx.os.arch],
        libc = "glibc",
    ))

    repositories = {}
    for key, package in lock.packages.items():
        repositories[key] = "{}__{}__{}".format(tag.name, package.name.replace("@", "at_").replace("/", "_"), package.version.replace("+", "_"))
        npm_repository(
            name = repositories[key],
            package = package.name,
            version = package.version,
            integrity = package.integrity,
        )
    npm_hub(
        name = tag.name,
        root = tag.pnpm_lock.package,
        repositories = repositories,
        store = json.encode_indent({
            pnpm_lock.store_name(key): _store_entry(lock, key)
            for key in lock.snapshots
        }),
        importers = json.encode_indent({
            folder: {name: pnpm_lock.store_name(key) for name, key in dependencies.items()}
            for folder, dependencies in lock.importers.items()
        }),
    )

def _store_entry(lock, key):
    snapshot = lock.snapshots[key]
    return {
        "closure": [pnpm_lock.store_name(dependency) for dependency in pnpm_lock.closure(lock.snapshots, key)],
        "dependencies": {name: pnpm_lock.store_name(dependency) for name, dependency in snapshot.dependencies.items()},
        "folders": {name: lock.packages[lock.snapshots[dependency].package].name for name, dependency in snapshot.dependencies.items()},
        "name": lock.packages[snapshot.package].name,
        "package": snapshot.package,
    }

npm = module_extension(
    implementation = _npm_impl,
    tag_classes = {"npm_translate_lock": _npm_translate_lock},
)
