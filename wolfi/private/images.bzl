"""The images of a workspace, and the state of their lockfiles."""

load(":include.bzl", "is_include_path", "read_include")
load(":lockfile.bzl", "read_lockfile")
load(":packages.bzl", "find_disagreements")

# What the targets of an image without a usable lockfile are called after: they only say what is wrong.
_DEFAULT_ARCHITECTURES = ["x86_64", "aarch64"]

def read_images(module_ctx, folder, lock_command):
    """Reads all image configurations and lockfiles of a folder. Never fails.

    A configuration that others include and that has no lockfile is a part of images, and none itself.

    Args:
        module_ctx: Of the extension.
        folder: From the workspace root.
        lock_command: The command that writes the lockfiles.

    Returns:
        A dict of image name → struct of `configuration` (path), `lockfile` (path, or None where there is none),
        `includes` (paths), `include_labels`, `settings` (label of the folder's settings; empty where there are none),
        `problem` (None, or a text with what is wrong and the cure), `cure`, `lock_command`, `architectures`, `packages`
        and `keys` (see lockfile.bzl).
    """
    root = module_ctx.path(module_ctx.read(Label("@wolfi_workspace_folder//:path")))
    path = _child(root, folder)
    if not path.is_dir:
        # Seen when it is made.
        module_ctx.watch(path)
        return {}
    names = sorted([
        entry.basename.removesuffix(".yaml")
        for entry in path.readdir()
        if entry.basename.endswith(".yaml") and _is_name(entry.basename) and _is_file(entry)
    ])
    settings = ["//{}:settings.yml".format(folder)] if _is_file(path.get_child("settings.yml")) else []
    known_packages = {}
    images = {name: _read_image(module_ctx, root, folder, name, settings, lock_command, known_packages) for name in names}
    for name, reason in find_disagreements(images).items():
        # Which of the two is wrong cannot be known: a lock of all mends both.
        images[name] = _refuse(images[name], reason, "Run `{}`".format(lock_command))
    included = {path: True for image in images.values() for path in image.includes}
    return {
        name: image
        for name, image in images.items()
        if image.lockfile != None or image.configuration not in included
    }

def _read_image(module_ctx, root, folder, name, settings, lock_command, known_packages):
    configuration = "{}/{}.yaml".format(folder, name)
    lockfile = "{}/{}.lock.json".format(folder, name)
    cure = "Run `{} -- {}`".format(lock_command, name)
    includes, include_problem = _read_includes(module_ctx, root, configuration)

    exists = _is_file(_child(root, lockfile))
    if exists:
        lock = read_lockfile(module_ctx.read(_child(root, lockfile)), known_packages)
        problem = lock.problem and "Cannot use {}: {}. {}".format(lockfile, lock.problem, cure)
    else:
        # Watched although it does not exist: a first lock has to be seen.
        module_ctx.watch(_child(root, lockfile))
        lock = struct(architectures = [], packages = [], keys = [])
        problem = "Cannot use {}: it does not exist. {}".format(lockfile, cure)
    return struct(
        configuration = configuration,
        lockfile = lockfile if exists else None,
        includes = includes,
        include_labels = [_label(root, path) for path in includes],
        settings = settings,
        problem = include_problem or problem,
        cure = cure,
        lock_command = lock_command,
        architectures = lock.architectures or _DEFAULT_ARCHITECTURES,
        packages = lock.packages,
        keys = lock.keys,
    )

def _refuse(image, reason, cure):
    return struct(
        configuration = image.configuration,
        lockfile = image.lockfile,
        includes = image.includes,
        include_labels = image.include_labels,
        settings = image.settings,
        problem = "Cannot use {}: {}. {}".format(image.lockfile, reason, cure),
        cure = image.cure,
        lock_command = image.lock_command,
        architectures = image.architectures,
        packages = [],
        keys = [],
    )

def _read_includes(module_ctx, root, configuration):
    """Follows the includes of a configuration: (paths, problem)."""
    includes = []
    file = configuration
    for _ in range(32):
        include = read_include(module_ctx.read(_child(root, file)))
        if include.problem:
            return includes, "Cannot read {}:{}".format(file, include.problem)
        if include.path == None:
            return includes, None
        if not is_include_path(include.path):
            return includes, "Cannot read {}: include: \"{}\" is not a path from the workspace root, of letters, digits and ._+-@=,~".format(file, include.path[:80])
        if not _is_file(_child(root, include.path)):
            module_ctx.watch(_child(root, include.path))
            return includes, "Cannot read {}: include: \"{}\" does not exist".format(file, include.path)
        file = include.path
        if file == configuration or file in includes:
            return includes, "Cannot read {}: include: \"{}\" includes itself".format(configuration, file)
        includes.append(file)
    return includes, "Cannot read {}: more than 32 includes".format(configuration)

def _label(root, path):
    """The label of a file, below the nearest package above it."""
    parts = path.split("/")
    for count in range(len(parts) - 1, -1, -1):
        package = "/".join(parts[:count])
        if _child(root, package + "/BUILD.bazel").exists or _child(root, package + "/BUILD").exists:
            return "//{}:{}".format(package, "/".join(parts[count:]))
    return "//:" + path

def _is_name(text):
    """Whether targets and files can be called so. Editors put other files beside those that they have open."""
    return text[0] not in "._+-" and not [c for c in text.elems() if not (c.isalnum() or c in "._+-")]

def _is_file(path):
    return path.exists and not path.is_dir

def _child(root, path):
    return root.get_child(*[part for part in path.split("/") if part not in ["", "."]])
