"""How rules collect files: copies in the output tree, runfiles, the contents of JsInfo."""

load(":js_info.bzl", "JsInfo")

def copy_to_bin(ctx, file):
    """A source file's copy in the output tree; a generated file as it is.

    Node.js follows links to their end. A link to a source file would lead it into the source tree, where
    neither generated files nor node_modules are.

    Args:
        ctx: Of the rule.
        file: A File; a source file must be of the rule's own package.

    Returns:
        A File in the output tree.
    """
    if not file.is_source:
        return file
    if (file.owner.repo_name, file.owner.package) != (ctx.label.repo_name, ctx.label.package):
        fail("\nExpected to find file {name} in //{package}, but it is in //{other}: {target} copies source files to the output tree, which can only be done in their own package.\nAdd a js_library with {name} to //{other}, and name that here.\n".format(
            name = file.basename,
            other = file.owner.package,
            package = ctx.label.package,
            target = ctx.label,
        ))
    copy = ctx.actions.declare_file(file.owner.name)
    ctx.actions.run(
        executable = "/bin/cp",
        arguments = [ctx.actions.args().add_all(["-L", file, copy])],
        inputs = [file],
        outputs = [copy],
        mnemonic = "CopyFile",
        progress_message = "Copying file %{input}",
        # A sandbox costs more than the copy.
        execution_requirements = {"no-sandbox": "1"},
    )
    return copy

def gather_runfiles(ctx, data = [], deps = [], data_files = [], copy_data_to_bin = False, no_copy_to_bin = []):
    """The runfiles of `data` (with its default outputs), of `deps`, and `data_files`.

    Args:
        ctx: Of the rule.
        data: Targets.
        deps: Targets of which only the runfiles count.
        data_files: Files of `data`, and others.
        copy_data_to_bin: Whether `data_files` are copied to the output tree.
        no_copy_to_bin: Files that are not.

    Returns:
        A runfiles object.
    """
    files = [
        copy_to_bin(ctx, file) if copy_data_to_bin and file not in no_copy_to_bin else file
        for file in data_files
    ]
    return ctx.runfiles(
        files = files,
        # Source files among them were copied, and are in `files` as copies.
        transitive_files = depset(transitive = [target[DefaultInfo].files for target in data]),
    ).merge_all([target[DefaultInfo].default_runfiles for target in data + deps])

def js_info_files(targets, sources = True, types = False):
    """Files that the JsInfo of targets name.

    Args:
        targets: Targets, with JsInfo or not.
        sources: Whether to take `transitive_sources`.
        types: Whether to take `transitive_types`.

    Returns:
        A depset of these files and all `npm_sources`.
    """
    infos = [target[JsInfo] for target in targets if JsInfo in target]
    return depset(transitive = [info.npm_sources for info in infos] +
                               ([info.transitive_sources for info in infos] if sources else []) +
                               ([info.transitive_types for info in infos] if types else []))
