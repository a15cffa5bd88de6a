"""A js_binary as a build action."""

load(":expand.bzl", "expand", "split_arguments", "target_name")
load(":js_files.bzl", "copy_to_bin", "js_info_files")

def _js_run_binary_impl(ctx):
    outputs = ctx.outputs.outs + ([ctx.outputs.stdout] if ctx.outputs.stdout else [])
    outputs += [ctx.actions.declare_directory(folder) for folder in ctx.attr.out_dirs]
    if not outputs:
        fail("{} has no outputs: name them in outs, out_dirs or stdout".format(ctx.label))

    arguments = ctx.actions.args().add_all(["--bazel-bindir", ctx.bin_dir.path])
    for argument in ctx.attr.args:
        arguments.add_all(split_arguments(expand(ctx, argument, ctx.attr.srcs, outputs)))
    ctx.actions.run(
        executable = ctx.executable.tool,
        arguments = [arguments],
        inputs = depset(
            [copy_to_bin(ctx, file) for file in ctx.files.srcs],
            transitive = [
                js_info_files(ctx.attr.srcs),
                # The tool itself is built to run here; what it runs is taken as for the target, beside the sources.
                ctx.attr.tool_in_target_configuration[OutputGroupInfo].execroot_data_files,
            ],
        ),
        outputs = outputs,
        env = ctx.configuration.default_shell_env | _environment(ctx, outputs),
        execution_requirements = ctx.attr.execution_requirements,
        mnemonic = ctx.attr.mnemonic,
        progress_message = ctx.attr.progress_message or None,
    )
    return [DefaultInfo(files = depset(outputs), runfiles = ctx.runfiles(outputs))]

def _environment(ctx, outputs):
    variables = {
        "BAZEL_BINDIR": ctx.bin_dir.path,
        "BAZEL_BUILD_FILE_PATH": ctx.build_file_path,
        "BAZEL_COMPILATION_MODE": ctx.var["COMPILATION_MODE"],
        "BAZEL_PACKAGE": ctx.label.package,
        "BAZEL_TARGET": target_name(ctx),
        "BAZEL_TARGET_CPU": ctx.var["TARGET_CPU"],
        "BAZEL_TARGET_NAME": ctx.label.name,
        "BAZEL_WORKSPACE": ctx.workspace_name,
        "JS_BINARY__SILENT_ON_SUCCESS": "1",
        "JS_BINARY__USE_EXECROOT_ENTRY_POINT": "1",
    }
    if ctx.outputs.stdout:
        variables["JS_BINARY__STDOUT_OUTPUT_FILE"] = ctx.outputs.stdout.path
    return variables | {
        name: expand(ctx, value, ctx.attr.srcs, outputs, attribute = "env")
        for name, value in ctx.attr.env.items()
    }

js_run_binary = rule(
    implementation = _js_run_binary_impl,
    attrs = {
        "args": attr.string_list(doc = "Arguments: locations and make variables are expanded, then they are split at spaces."),
        "env": attr.string_dict(doc = "Environment; locations and make variables are expanded."),
        "execution_requirements": attr.string_dict(doc = "Of the action."),
        "mnemonic": attr.string(doc = "Of the action.", default = "JsRunBinary"),
        "out_dirs": attr.string_list(doc = "Folders that the program writes."),
        "outs": attr.output_list(doc = "Files that the program writes."),
        "progress_message": attr.string(doc = "Of the action."),
        "srcs": attr.label_list(doc = "Inputs; source files are copied to the output tree.", allow_files = True),
        "stdout": attr.output(doc = "File that takes what the program prints."),
        "tool": attr.label(doc = "A js_binary.", executable = True, cfg = "exec", mandatory = True),
        "tool_in_target_configuration": attr.label(doc = "The same.", mandatory = True),
    },
)
