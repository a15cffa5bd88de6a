"""The wiring that we are measured against: repositories for each image, as rules_apko's translate_lock lays them out.

An imitation of its layout alone, for machines that cannot have the real one: a stanza for each image, and for each
image a repository for every package (three downloads by range), one for every index, which is downloaded whole, and one
for every key. It starts no programs where the real one starts three for each package, and keeps no second copy of a
package as one file. images.ts writes it into the workspaces that it makes.

The real one downloads signatures and indexes without a checksum, which Bazel does over https alone and keeps for nobody
else. With a checksum and a canonical name of its own, a download over http is as lonely.
"""

load(":index_integrity.bzl", "INDEX_INTEGRITY")

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

def _hex(checksum):
    digits = checksum.partition("-")[2].rstrip("=").elems()
    bits = [(_BASE64.index(digit) >> place) & 1 for digit in digits for place in [5, 4, 3, 2, 1, 0]]
    nibbles = [bits[at:at + 4] for at in range(0, len(bits) - len(bits) % 8, 4)]
    return "".join(["%x" % (a * 8 + b * 4 + c * 2 + d) for a, b, c, d in nibbles])

def _escape(url):
    return url.replace("%", "%25").replace(":", "%3A").replace("/", "%2F")

def _filegroup(srcs):
    return "filegroup(name = \"all\", srcs = {}, visibility = [\"//visibility:public\"])\n".format(srcs)

def _package_impl(repository_ctx):
    package = json.decode(repository_ctx.attr.package)
    repository, architecture, _ = package["url"].rsplit("/", 2)
    folder = "{}/{}/{}-{}".format(_escape(repository), architecture, package["name"], package["version"])
    control = _hex(package["control"]["checksum"])
    files = []
    for kind, path, canonical_id in [
        ("signature", control + ".sig.tar.gz", repository_ctx.name),
        ("control", control + ".ctl.tar.gz", ""),
        ("data", _hex(package["data"]["checksum"]) + ".dat.tar.gz", ""),
    ]:
        if package[kind]["range"]:
            files.append(folder + "/" + path)
            repository_ctx.download(
                url = package["url"],
                headers = {"Range": package[kind]["range"]},
                canonical_id = canonical_id,
                integrity = package[kind]["checksum"],
                output = files[-1],
            )
    repository_ctx.file("BUILD.bazel", _filegroup(files))

_package = repository_rule(
    implementation = _package_impl,
    attrs = {"package": attr.string(doc = "Its entry in the lockfile, JSON.")},
)

def _index_impl(repository_ctx):
    url = repository_ctx.attr.url
    repository, architecture, _ = url.rsplit("/", 2)
    path = "{}/{}/APKINDEX/latest.tar.gz".format(_escape(repository), architecture)
    repository_ctx.download(
        url = url,
        canonical_id = repository_ctx.name,
        integrity = INDEX_INTEGRITY[architecture],
        output = path,
    )
    repository_ctx.file("BUILD.bazel", _filegroup([path]))

_index = repository_rule(
    implementation = _index_impl,
    attrs = {"url": attr.string(doc = "Of the APKINDEX.tar.gz.")},
)

def _key_impl(repository_ctx):
    repository, folder, file = repository_ctx.attr.url.rsplit("/", 2)
    path = "/".join([_escape(repository if repository.count("/") > 2 else repository + "/"), folder, file, file])
    repository_ctx.file(path, repository_ctx.attr.content)
    repository_ctx.file("BUILD.bazel", _filegroup([path]))

_key = repository_rule(
    implementation = _key_impl,
    attrs = {
        "content": attr.string(doc = "The key, PEM."),
        "url": attr.string(doc = "Where it is published."),
    },
)

def _contents_repository_impl(repository_ctx):
    repository_ctx.symlink(repository_ctx.attr.lock, "lock.json")
    lines = ["load({}, \"contents\")".format(repr(str(Label(":translate_lock.bzl")))), "contents("]
    lines += ["    {} = {},".format(name, repr(value)) for name, value in {
        "apks": repository_ctx.attr.apks,
        "indexes": repository_ctx.attr.indexes,
        "keyrings": repository_ctx.attr.keyrings,
        "lockfile": "lock.json",
        "name": "contents",
        "visibility": ["//visibility:public"],
    }.items()]
    repository_ctx.file("BUILD.bazel", "\n".join(lines + [")", ""]))

_contents_repository = repository_rule(
    implementation = _contents_repository_impl,
    attrs = {
        "apks": attr.string_list(doc = "Labels of the packages."),
        "indexes": attr.string_list(doc = "Labels of the indexes."),
        "keyrings": attr.string_list(doc = "Labels of the keys."),
        "lock": attr.label(doc = "The lockfile."),
    },
)

def _contents_impl(ctx):
    return [OutputGroupInfo(
        apks = depset(ctx.files.apks),
        indexes = depset(ctx.files.indexes),
        keyrings = depset(ctx.files.keyrings),
        lockfile = depset([ctx.file.lockfile]),
    )]

contents = rule(
    implementation = _contents_impl,
    doc = "What apko_image needs.",
    attrs = {
        "apks": attr.label_list(doc = "Segments of the packages."),
        "indexes": attr.label_list(doc = "Whole indexes."),
        "keyrings": attr.label_list(doc = "Keys."),
        "lockfile": attr.label(
            allow_single_file = True,
            doc = "The lockfile.",
        ),
    },
)

def _repository_name(*parts):
    return "".join([c if c.isalnum() or c in "._-" else "_" for c in "_".join(parts).elems()])

def _apko_impl(module_ctx):
    for tag in [tag for module in module_ctx.modules for tag in module.tags.translate_lock]:
        lock = json.decode(module_ctx.read(tag.lock))["contents"]
        labels = {"apks": [], "indexes": [], "keyrings": []}
        for package in lock["packages"]:
            name = _repository_name(tag.name, package["name"], package["architecture"], package["version"])
            _package(name = name, package = json.encode(package))
            labels["apks"].append("@{}//:all".format(name))
        for index in lock["repositories"]:
            name = _repository_name(tag.name, index["name"], index["architecture"])
            _index(name = name, url = index["url"])
            labels["indexes"].append("@{}//:all".format(name))
        for key in lock["keyring"]:
            name = _repository_name(tag.name, key["name"])
            _key(name = name, url = key["url"], content = key["content"])
            labels["keyrings"].append("@{}//:all".format(name))
        _contents_repository(name = tag.name, lock = tag.lock, **labels)
    return module_ctx.extension_metadata(reproducible = True)

apko = module_extension(
    implementation = _apko_impl,
    tag_classes = {
        "translate_lock": tag_class(attrs = {
            "lock": attr.label(
                doc = "The lockfile of an image.",
                mandatory = True,
            ),
            "name": attr.string(
                doc = "What its repositories begin with.",
                mandatory = True,
            ),
        }),
    },
)
