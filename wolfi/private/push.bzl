"""wolfi_push()."""

load("@rules_oci//oci:defs.bzl", "oci_push")
load(":stamped_tags.bzl", "stamped_tags")

DEFAULT_REMOTE_TAGS = ["{STABLE_GIT_COMMIT}", "latest"]

def wolfi_push(
        name,
        image,
        repository = None,
        remote_tags = DEFAULT_REMOTE_TAGS,
        stamp = -1,
        tags = [],
        testonly = False,
        visibility = None):
    """Declares an oci_push whose tags hold values of Bazel's workspace status.

    The targets are `manual`: `bazel build --stamp //...` does not ask for values that only a push needs.

    Args:
        name: Of the oci_push; `bazel run` pushes.
        image: An oci_image or oci_image_index.
        repository: Where to push: `registry.example.com/team/gitserver`. Without it each push has to say
            `-- --repository …`, and pushes nothing where it does not.
        remote_tags: Tags that the image is given in the registry. In a stamped build `{KEY}` is the value of KEY in the
            workspace status, with "-" for what a tag cannot hold; otherwise tags with a placeholder are left out.
        stamp: 1 stamps always, 0 never, -1 as `--stamp` says.
        tags: Set on every target.
        testonly: Set on every target.
        visibility: Of the oci_push.
    """
    problem = repository_problem(repository)
    if problem:
        fail("wolfi_push(name = \"{}\"): {}".format(name, problem))
    if stamp not in [-1, 0, 1]:
        fail("wolfi_push(name = \"{}\"): stamp is {}; it may be -1, 0 or 1".format(name, stamp))
    stamped_tags(
        name = name + "_tags",
        remote_tags = remote_tags,
        stamp = select({
            Label(":stamp"): True,
            "//conditions:default": False,
        }) if stamp == -1 else stamp == 1,
        tags = tags + ["manual"],
        testonly = testonly,
        visibility = ["//visibility:private"],
    )
    oci_push(
        name = name,
        image = image,
        remote_tags = name + "_tags",
        repository = repository,
        tags = tags + ["manual"],
        testonly = testonly,
        visibility = visibility,
    )

def repository_problem(repository):
    """Says what is wrong with a repository, where it would lead elsewhere than it reads or show a password.

    Args:
        repository: `REGISTRY/PATH`, or None, or a select(), which is not looked at.

    Returns:
        A sentence, or None.
    """
    if type(repository) != "string":
        return None
    expected = "it has to be REGISTRY/PATH, e.g. \"registry.example.com/team/gitserver\""
    if "@" in repository or "://" in repository:
        # The value is not shown: what stands before an @ may be a password.
        return "`repository` has a scheme, a login or a digest; " + expected
    registry, _, path = repository.partition("/")
    if not path or not ("." in registry or ":" in registry or registry == "localhost"):
        return "`repository` is \"{}\", which names no registry; {}. Docker Hub is \"index.docker.io/NAME/IMAGE\"".format(
            repository,
            expected,
        )
    return None
