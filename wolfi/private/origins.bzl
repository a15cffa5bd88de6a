"""Where packages come from: a target or a folder of the workspace, a vendored snapshot, or their URL."""

# Stands for every repository that no tag names.
_OTHERS = "*"

def find_origins(tags, vendor, tools):
    """Answers which repositories lie in the workspace.

    Args:
        tags: `wolfi.repository()` of the root module.
        vendor: Folder that `wolfi vendor` has written, from the workspace root or absolute; None or "" to download.
        tools: What commands begin with: `bazel run //tools`.

    Returns:
        A dict of repository URL → struct of `kind` (`target`, `folder` or `download`), `target` (label), `folder`, and
        `cure`: what to do when a package is not the one that was locked. It names no image: a package is for many.
    """
    cure = "Run `{}:lock`".format(tools)
    origins = {}
    for tag in tags:
        if (tag.target == None) == (tag.folder == ""):
            fail("wolfi.repository(url = {}): give it either a target or a folder".format(repr(tag.url)))
        if tag.target != None:
            origin = struct(kind = "target", target = str(tag.target), folder = None, cure = cure)
        else:
            origin = struct(kind = "folder", target = None, folder = _checked_folder(tag), cure = cure)
        origins[tag.url.rstrip("/")] = origin
    if vendor:
        cure = "Run `{}:vendor -- {}`".format(tools, vendor.rstrip("/"))
        origins[_OTHERS] = struct(kind = "folder", target = None, folder = vendor.rstrip("/"), cure = cure)
    return origins

def origin_of(repository, origins):
    """Answers where the packages of a repository come from.

    Args:
        repository: Its URL.
        origins: See `find_origins`.

    Returns:
        A struct as in `find_origins`.
    """
    origin = origins.get(repository)
    if origin != None:
        return origin
    vendor = origins.get(_OTHERS)
    if vendor != None:
        folder = vendor.folder + "/" + vendored_folder(repository)
        return struct(kind = "folder", target = None, folder = folder, cure = vendor.cure)
    return struct(kind = "download", target = None, folder = None, cure = None)

def vendored_folder(repository):
    """Names the folder of a repository below a vendored one, as tools/repository/vendored-path.ts does.

    Args:
        repository: `http://HOST:PORT/PATH`, checked: see lockfile.bzl.

    Returns:
        `HOST+PORT/PATH`
    """
    host, slash, path = repository.split("://", 1)[1].partition("/")
    return host.replace(":", "+") + slash + path

def _checked_folder(tag):
    folder = tag.folder.rstrip("/")
    parts = folder.split("/")
    if "" in parts or "." in parts or ".." in parts:
        fail("wolfi.repository(url = {}): folder = {} is not a path from the workspace root".format(
            repr(tag.url),
            repr(tag.folder),
        ))
    return folder
