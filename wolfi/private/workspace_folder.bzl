"""Where the root module's workspace lies, for a module extension: only a repository rule is told."""

def _workspace_folder_impl(repository_ctx):
    repository_ctx.file("BUILD.bazel", "exports_files([\"path\"])\n")
    repository_ctx.file("path", str(repository_ctx.workspace_root))

workspace_folder = repository_rule(
    implementation = _workspace_folder_impl,
    doc = "A file `path` with the path of the root module's workspace. A label of that workspace, such as " +
          "`@@//:MODULE.bazel`, would need a BUILD file at its root.",
    # Told again to each new server: a workspace that was moved may have kept its output folder.
    local = True,
)
