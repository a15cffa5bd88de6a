"""The distinct packages and keys of all images."""

load(":origins.bzl", "origin_of")
load(":segment_repository.bzl", "segment_path")

def distinct_packages(images, origins):
    """Collects the packages of all lockfiles, each once.

    Args:
        images: See images.bzl.
        origins: See origins.bzl.

    Returns:
        A dict of key (see lockfile.bzl) → struct of `id`, `url`, `file` (`ARCHITECTURE/NAME-VERSION.apk`),
        `origin` (see origins.bzl), and `control` and `data`: path below apko's cache → `RANGE CHECKSUM`.
    """
    packages = {}
    for image in images.values():
        for package in image.packages:
            if package.key not in packages:
                packages[package.key] = _describe(package, origins)
    return packages

def distinct_keys(images):
    """Collects the keys of all lockfiles: name of their repository → key (see lockfile.bzl)."""
    return {key_id(key): key for image in images.values() for key in image.keys}

def find_disagreements(images):
    """Finds lockfiles that cannot be used beside the others: a repository's name is that of one thing only.

    Names end in a hash of 32 bits. Two things may share it by accident, or because somebody made them so.

    Args:
        images: See images.bzl.

    Returns:
        A dict of image name → the reason.
    """
    found = {}
    claims = {}
    ids = {}
    for name, image in images.items():
        if image.problem:
            continue
        for package in image.packages:
            if package.key not in ids:
                ids[package.key] = _id(package)
        things = [(ids[package.key], package.key) for package in image.packages]
        things += [(key_id(key), key.url + " " + key.content) for key in image.keys]
        claimed = {}
        for thing, value in things:
            other, known = claims.get(thing, claimed.get(thing, (image.lockfile, value)))
            if known != value:
                found[name] = "{} is not what it is in {}".format(thing, other)
            claimed[thing] = (image.lockfile, value)
        if name not in found:
            claims |= claimed
    return found

def key_id(key):
    """Names the repository of a key. Two texts of one URL (a key that changed) are two repositories."""
    return "key_" + _hash(key.url + " " + key.content)

def _describe(package, origins):
    repository, architecture, file = package.url.rsplit("/", 2)
    control_hex = [segment.hex for segment in package.segments if segment.kind == "control"][0]
    segments = {
        kind: {
            segment_path(package.url, segment.kind, control_hex, segment.hex): segment.range + " " + segment.checksum
            for segment in package.segments
            if (segment.kind == "data") == (kind == "data")
        }
        for kind in ["control", "data"]
    }
    return struct(
        id = _id(package),
        url = package.url,
        file = architecture + "/" + file,
        origin = origin_of(repository, origins),
        control = segments["control"],
        data = segments["data"],
    )

def _id(package):
    # The parts were checked (lockfile.bzl): of their characters, this is the one that no repository's name may have.
    name = "_".join([package.architecture, package.name, package.version]).replace("+", "_")
    return name + "_" + _hash(package.key)

def _hash(text):
    """Eight hex digits. Starlark's hash() is that of Java's String.hashCode: the same everywhere."""
    return ("0000000" + "%x" % (hash(text) & 0xffffffff))[-8:]
