"""Programs and tests that Node.js runs."""

load(":expand.bzl", "expand", "target_name")
load(":js_files.bzl", "gather_runfiles", "js_info_files")

_NODE = "@rules_nodejs//nodejs:runtime_toolchain_type"

def _js_binary_impl(ctx):
    if len(ctx.files.entry_point) != 1:
        fail("entry_point must be one file, but {} has {}".format(ctx.attr.entry_point.label, len(ctx.files.entry_point)))

    # Without a Node.js for the target platform the program cannot run there, but js_run_binary can still use its files.
    toolchain = ctx.toolchains[_NODE]
    node = [toolchain.nodeinfo.node] if toolchain else []
    environment = {name: expand(ctx, value, ctx.attr.data, attribute = "env") for name, value in ctx.attr.env.items()}
    launcher = ctx.actions.declare_file("{0}_/{0}".format(ctx.label.name))
    ctx.actions.expand_template(
        template = ctx.file._launcher,
        output = launcher,
        is_executable = True,
        substitutions = {
            "{{chdir}}": ctx.attr.chdir,
            "{{entry_point}}": ctx.files.entry_point[0].short_path,
            "{{environment}}": "\n".join([
                "export {}={}".format(name, _quote(value))
                for name, value in (environment | _environment(ctx)).items()
            ]),
            "{{fixed_args}}": " ".join([expand(ctx, argument, ctx.attr.data) for argument in ctx.attr.fixed_args]),
            "{{kind}}": "js_test" if ctx.attr.testonly else "js_binary",
            "{{label}}": str(ctx.label),
            "{{node}}": node[0].short_path if node else "",
            "{{node_options}}": " ".join([
                _quote(expand(ctx, option, ctx.attr.data))
                for option in ctx.attr.node_options + ["--preserve-symlinks-main"]
            ]),
            "{{node_patches}}": ctx.file._node_patches.short_path,
            "{{node_wrapper}}": ctx.file._node_wrapper.short_path,
            "{{workspace}}": ctx.workspace_name,
        },
    )

    data = gather_runfiles(
        ctx,
        data = ctx.attr.data,
        data_files = ctx.files.entry_point + ctx.files.data,
        copy_data_to_bin = ctx.attr.copy_data_to_bin,
        no_copy_to_bin = ctx.files.no_copy_to_bin,
    ).merge(ctx.runfiles(transitive_files = js_info_files(ctx.attr.data, types = ctx.attr.include_transitive_types)))
    return [
        DefaultInfo(
            executable = launcher,
            runfiles = data.merge(ctx.runfiles([launcher, ctx.file._node_patches, ctx.file._node_wrapper] + node)),
        ),
        # For js_run_binary, which runs the program in the output tree.
        OutputGroupInfo(execroot_data_files = data.files),
        RunEnvironmentInfo(
            environment = environment,
            inherited_environment = getattr(ctx.attr, "env_inherit", []),
        ),
    ]

def _environment(ctx):
    variables = {
        "JS_BINARY__BINDIR": ctx.bin_dir.path,
        "JS_BINARY__BUILD_FILE_PATH": ctx.build_file_path,
        "JS_BINARY__COMPILATION_MODE": ctx.var["COMPILATION_MODE"],
        "JS_BINARY__PACKAGE": ctx.label.package,
        "JS_BINARY__TARGET": target_name(ctx),
        "JS_BINARY__TARGET_CPU": ctx.var["TARGET_CPU"],
        "JS_BINARY__TARGET_NAME": ctx.label.name,
        "JS_BINARY__WORKSPACE": ctx.workspace_name,
    }
    if ctx.attr.copy_data_to_bin:
        variables["JS_BINARY__COPY_DATA_TO_BIN"] = "1"
    if not ctx.attr.patch_node_fs:
        variables["JS_BINARY__PATCH_NODE_FS"] = "0"
    return variables

def _quote(text):
    # As in the real launcher, `$NAME` means the variable at run time.
    return "\"{}\"".format(text.replace("\\", "\\\\").replace("\"", "\\\"").replace("`", "\\`"))

_ATTRIBUTES = {
    "chdir": attr.string(doc = "Folder to run in, relative to where it would run otherwise."),
    "copy_data_to_bin": attr.bool(doc = "Whether source files are copied to the output tree.", default = True),
    "data": attr.label_list(doc = "Files and targets that the program needs when it runs.", allow_files = True),
    "entry_point": attr.label(doc = "The program, one file.", allow_files = True, mandatory = True),
    "env": attr.string_dict(doc = "Environment; locations and make variables are expanded."),
    "fixed_args": attr.string_list(doc = "Arguments before all others, as bash reads them."),
    "include_transitive_types": attr.bool(doc = "Whether declaration files are there when the program runs."),
    "no_copy_to_bin": attr.label_list(doc = "Source files that are not copied, which may be of other packages.", allow_files = True),
    "node_options": attr.string_list(doc = "Options for Node.js itself."),
    "patch_node_fs": attr.bool(doc = "Whether the program is kept from following links out of its runfiles.", default = True),
    "_launcher": attr.label(default = "//js/private:launcher.sh.tpl", allow_single_file = True),
    "_node_patches": attr.label(default = "//js/private:node_patches.cjs", allow_single_file = True),
    "_node_wrapper": attr.label(default = "//js/private:node_bin/node", allow_single_file = True),
}

js_binary = rule(
    implementation = _js_binary_impl,
    attrs = _ATTRIBUTES,
    executable = True,
    toolchains = [config_common.toolchain_type(_NODE, mandatory = False)],
)

js_test = rule(
    implementation = _js_binary_impl,
    attrs = _ATTRIBUTES | {"env_inherit": attr.string_list(doc = "Variables to take from the environment of `bazel test`.")},
    test = True,
    toolchains = [config_common.toolchain_type(_NODE, mandatory = False)],
)
