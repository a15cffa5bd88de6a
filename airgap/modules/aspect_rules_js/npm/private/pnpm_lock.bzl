"""What a pnpm-lock.yaml (version 9) says, as the link rules need it. Pure functions.

A *snapshot* is a package with the peers it was resolved with, e.g. `valibot@1.5.0(typescript@6.0.3)`: each has
its own folder in the store. Snapshots that differ in their peers alone share the package `valibot@1.5.0`.
"""

def _parse(lock, platform):
    """Translates a decoded lockfile.

    Args:
        lock: The lockfile as dicts, lists and strings.
        platform: struct(os, cpu, libc) as npm names them. Packages for others are left out, as pnpm leaves them out.

    Returns:
        struct(packages = {key: struct(name, version, integrity)},
        snapshots = {key: struct(package = key of packages, dependencies = {name: key of snapshots})},
        importers = {folder, "" for the root: {name: key of snapshots}}).
    """
    if not lock.get("lockfileVersion", "").startswith("9."):
        fail("Cannot read pnpm-lock.yaml: lockfileVersion is \"{}\", expected 9".format(lock.get("lockfileVersion")))
    packages = {
        key: _package(key, package)
        for key, package in lock.get("packages", {}).items()
        if _runs_on(package, platform)
    }
    snapshots = {
        key: struct(
            package = _without_peers(key),
            dependencies = _dependencies(snapshot, ["dependencies", "optionalDependencies"], packages, lambda version: version),
        )
        for key, snapshot in lock.get("snapshots", {}).items()
        if _without_peers(key) in packages
    }
    importers = {
        "" if folder == "." else folder: _dependencies(
            importer,
            ["dependencies", "optionalDependencies", "devDependencies"],
            packages,
            lambda entry: entry["version"],
        )
        for folder, importer in lock["importers"].items()
    }
    return struct(packages = packages, snapshots = snapshots, importers = importers)

def _package(key, package):
    at = key.rindex("@")
    resolution = package["resolution"]
    if "integrity" not in resolution or "tarball" in resolution:
        fail("Cannot use {} of pnpm-lock.yaml: only packages of the registry are covered".format(key))
    return struct(name = key[:at], version = key[at + 1:], integrity = resolution["integrity"])

def _runs_on(package, platform):
    for field in ["os", "cpu", "libc"]:
        allowed = package.get(field, [])
        value = getattr(platform, field)
        if "!" + value in allowed:
            return False
        if [entry for entry in allowed if not entry.startswith("!")] and value not in allowed:
            return False
    return True

def _dependencies(owner, fields, packages, version_of):
    dependencies = {}
    for field in fields:
        for name, entry in owner.get(field, {}).items():
            key = _snapshot_key(name, version_of(entry))
            if _without_peers(key) in packages:
                dependencies[name] = key
    return dependencies

def _snapshot_key(name, version):
    if ":" in _without_peers(version):
        fail("Cannot use {} of pnpm-lock.yaml: \"{}\" is not covered, only packages of the registry are".format(name, version))

    # An alias names the package that it stands for.
    return version if "@" in _without_peers(version)[1:] else name + "@" + version

def _without_peers(key):
    return key.split("(")[0]

def _closure(snapshots, key):
    """The snapshot `key` and all that it depends on, `key` first."""
    found = {key: True}
    queue = [key]
    for _ in range(len(snapshots)):
        if not queue:
            break
        for dependency in snapshots[queue.pop()].dependencies.values():
            if dependency not in found:
                found[dependency] = True
                queue.append(dependency)
    return found.keys()

def _store_name(key):
    """The folder of a snapshot in the store, e.g. `valibot@1.5.0_typescript@6.0.3` and `@types+node@24.19.2`."""
    return key.replace("/", "+").replace(")(", "_").replace("(", "_").replace(")", "")

pnpm_lock = struct(
    closure = _closure,
    parse = _parse,
    store_name = _store_name,
)
