"""The repository that holds the apko which the closed profile has built."""

def _apko_binary_impl(repository_ctx):
    folder = repository_ctx.getenv("AIRGAP_TOOLS")
    if not folder:
        fail("Cannot find apko: pass --repo_env=AIRGAP_TOOLS=FOLDER, where FOLDER has a program named apko")
    apko = repository_ctx.path(folder + "/apko")
    if not apko.exists:
        fail("Cannot find apko: there is no {}".format(apko))
    repository_ctx.symlink(apko, "apko")
    repository_ctx.file("BUILD.bazel", "exports_files([\"apko\"])\n")

apko_binary = repository_rule(
    implementation = _apko_binary_impl,
    doc = "The program `apko` of the folder that the environment variable AIRGAP_TOOLS names.",
)
