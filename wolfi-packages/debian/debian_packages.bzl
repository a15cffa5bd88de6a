"""Fetches Debian packages with the machine's own apt."""

load(":packages.bzl", "DEBIAN_PACKAGES")

# Nothing of the machine is changed: apt works in folders of its own, as whoever calls it. It verifies the lists of
# packages by Debian's signature, and each package by the lists.
_CONFIGURATION = """\
// Would work on the machine's own folders.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;

APT::Sandbox::User "root";
Dir::State "{folder}";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
// A mirror that stands still will do for a test; its signature has to verify all the same.
Acquire::Check-Valid-Until "false";
"""

_BUILD = """\
package(default_visibility = ["//visibility:public"])

exports_files(["status.json"])

filegroup(
    name = "contents",
    srcs = glob(
        ["*.tar"],
        allow_empty = True,
    ),
)
"""

def _debian_packages_impl(repository_ctx):
    missing, problem = _fetch(repository_ctx)
    repository_ctx.delete("apt")
    status = {"missing": missing, "problem": problem}
    repository_ctx.file("status.json", json.encode(status), executable = False)
    repository_ctx.file("BUILD.bazel", _BUILD, executable = False)

def _fetch(repository_ctx):
    """Writes an archive for each Wolfi package: (those for which apt has nothing, the problem or "")."""
    if repository_ctx.os.name != "linux" or repository_ctx.os.arch not in ["amd64", "x86_64"]:
        return [], "this machine is not Linux on x86_64"
    for program in ["apt-get", "bash", "dpkg-deb", "tar"]:
        if repository_ctx.which(program) == None:
            return [], "there is no {} on this machine".format(program)

    folder = repository_ctx.path("apt")
    repository_ctx.file("apt/apt.conf", _CONFIGURATION.format(folder = folder), executable = False)
    repository_ctx.file("apt/status", executable = False)
    problem, _ = _apt(repository_ctx, "apt-get", ["update"])
    if problem:
        return [], problem
    chosen, problem = _choose(repository_ctx)
    if problem:
        return [], problem
    names = {name: True for names in chosen.values() for name in names}
    problem, _ = _apt(repository_ctx, "apt-get", ["download"] + names.keys())
    if problem:
        return [], problem

    debs = {deb.basename.split("_")[0]: deb for deb in folder.readdir() if deb.basename.endswith(".deb")}
    for package, names in chosen.items():
        arguments = [repository_ctx.path(package + ".tar")] + [debs[name] for name in names]
        result = repository_ctx.execute(["bash", repository_ctx.attr._unpack] + arguments)
        if result.return_code != 0:
            fail("Cannot unpack the Debian packages for {}: {}".format(package, result.stderr))
    return sorted([package for package in DEBIAN_PACKAGES if package not in chosen]), ""

def _choose(repository_ctx):
    """Decides which Debian packages to take: (Wolfi package → names, problem)."""
    wanted = [name for names in DEBIAN_PACKAGES.values() for alternatives in names for name in alternatives.split("|")]
    problem, output = _apt(repository_ctx, "apt-cache", ["madison"] + wanted)
    if problem:
        return {}, problem
    known = {line.split("|")[0].strip(): True for line in output.splitlines()}
    if "libc6" not in known:
        return {}, "apt has no package lists: it reaches no repository, or /etc/apt names none"
    chosen = {}
    for package, names in DEBIAN_PACKAGES.items():
        found = [
            ([name for name in alternatives.split("|") if name in known] or [None])[0]
            for alternatives in names
        ]
        found = [name for name in found if name != None]

        # Where Debian has nothing for a package, that stays a placeholder.
        if found or not names:
            chosen[package] = found
    return chosen, ""

def _apt(repository_ctx, program, arguments):
    """Runs one of apt's programs: (problem, output)."""
    result = repository_ctx.execute(
        [program, "--config-file", repository_ctx.path("apt/apt.conf")] + arguments,
        environment = {"LC_ALL": "C"},
        working_directory = "apt",
    )
    if result.return_code != 0:
        lines = [line for line in result.stderr.splitlines() if line.startswith("E: ")]
        return "`{} {}` failed: {}".format(program, arguments[0], " ".join(lines) or result.stderr), ""
    return "", result.stdout

debian_packages = repository_rule(
    implementation = _debian_packages_impl,
    doc = "`:contents`, an archive `NAME.tar` for each Wolfi package; `status.json` says what is missing.",
    attrs = {
        "_unpack": attr.label(
            allow_single_file = True,
            default = Label(":unpack.sh"),
        ),
    },
    configure = True,
    environ = ["PATH"],
)
