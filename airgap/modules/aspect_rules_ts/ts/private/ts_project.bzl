"""Compiles TypeScript with tsc."""

load("@aspect_rules_js//js:libs.bzl", "copy_to_bin", "gather_runfiles")
load("@aspect_rules_js//js:providers.bzl", "JsInfo", "js_info")
load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":ts_config.bzl", "TsConfigInfo")
load(":ts_outputs.bzl", "is_declaration", "is_typescript")

def _ts_project_impl(ctx):
    if not ctx.attr.transpiler and not ctx.attr._default_to_tsc_transpiler[BuildSettingInfo].value:
        fail("{}: Required Transpiler Selection: set transpiler = \"tsc\", or the flag --@aspect_rules_ts//ts:default_to_tsc_transpiler".format(ctx.label))
    sources = [file for file in ctx.files.srcs if is_typescript(file.path)]
    if len(sources) != len(ctx.outputs.js_outs):
        fail("{}: srcs must name each file, a target that stands for several is not covered".format(ctx.label))

    srcs = [copy_to_bin(ctx, file) for file in ctx.files.srcs]
    tsconfig = copy_to_bin(ctx, ctx.file.tsconfig)
    config_files = depset([tsconfig], transitive = _infos(TsConfigInfo, [ctx.attr.tsconfig], "deps"))
    targets = ctx.attr.srcs + ctx.attr.deps
    validation = _validate(ctx, tsconfig, config_files)
    _compile(ctx, tsconfig, depset(srcs, transitive = [config_files] +
                                                      _infos(JsInfo, targets + [ctx.attr.tsconfig], "transitive_types") +
                                                      _infos(JsInfo, targets + [ctx.attr.tsconfig], "npm_sources")))

    js = depset(ctx.outputs.js_outs + ctx.outputs.map_outs)
    types = depset(ctx.outputs.types_outs + [file for file in srcs if is_declaration(file.path)])
    checked = types if ctx.outputs.types_outs else js
    return [
        DefaultInfo(
            files = js if ctx.outputs.js_outs else types,
            runfiles = gather_runfiles(
                ctx,
                data = ctx.attr.data,
                deps = targets,
                data_files = ctx.files.data,
                copy_data_to_bin = True,
            ).merge(ctx.runfiles(transitive_files = js)),
        ),
        js_info(
            target = ctx.label,
            sources = js,
            types = types,
            transitive_sources = depset(transitive = [js] + _infos(JsInfo, targets, "transitive_sources")),
            transitive_types = depset(transitive = [types] + _infos(JsInfo, targets, "transitive_types")),
            npm_sources = depset(transitive = _infos(JsInfo, targets + [ctx.attr.tsconfig], "npm_sources")),
        ),
        TsConfigInfo(deps = config_files),
        OutputGroupInfo(
            types = types,
            typecheck = checked,
            transitive_typecheck = depset(transitive = [checked] + [
                target[OutputGroupInfo].transitive_typecheck
                for target in ctx.attr.deps
                if OutputGroupInfo in target and hasattr(target[OutputGroupInfo], "transitive_typecheck")
            ]),
            _validation = depset([validation]),
        ),
    ]

def _infos(provider, targets, field):
    return [getattr(target[provider], field) for target in targets if provider in target]

def _compile(ctx, tsconfig, inputs):
    arguments = ctx.actions.args().add_all(["--bazel-bindir", ctx.bin_dir.path])
    if ctx.attr._skip_lib_check[BuildSettingInfo].value == "always":
        arguments.add("--skipLibCheck")
    arguments.add_all(["--project", _path_in_bin(ctx, tsconfig), "--rootDir", _package_folder(ctx)])
    if not ctx.outputs.types_outs:
        arguments.add_all(["--declaration", "false"])
    ctx.actions.run(
        executable = ctx.executable.tsc,
        arguments = [arguments],
        inputs = inputs,
        outputs = ctx.outputs.js_outs + ctx.outputs.map_outs + ctx.outputs.types_outs,
        mnemonic = "TsProject",
        # Bazel's own output is part of the interface: the same line as from the real ruleset.
        progress_message = "Transpiling{} & type-checking TypeScript project %{{label}} [tsc -p {}]".format(
            "" if ctx.outputs.types_outs else " (js)",
            _path_in_bin(ctx, tsconfig),
        ),
    )

def _validate(ctx, tsconfig, config_files):
    # Compiler option → attribute and value. An option without an attribute here would change the outputs.
    attributes = {
        "allowJs": ("allow_js", False),
        "composite": ("composite", False),
        "declaration": ("declaration", ctx.attr.declaration),
        "declarationMap": ("declaration_map", False),
        "emitDeclarationOnly": ("emit_declaration_only", False),
        "incremental": ("incremental", False),
        "noEmit": ("no_emit", False),
        "outDir": ("out_dir", False),
        "resolveJsonModule": ("resolve_json_module", False),
        "sourceMap": ("source_map", ctx.attr.source_map),
    }
    marker = ctx.actions.declare_file(ctx.label.name + "_params.validation")
    ctx.actions.run(
        executable = ctx.executable.validator,
        arguments = [ctx.actions.args().add_all([
            "--bazel-bindir",
            ctx.bin_dir.path,
            _path_in_bin(ctx, tsconfig),
            _path_in_bin(ctx, marker),
            str(ctx.label),
            json.encode(attributes),
        ])],
        inputs = config_files,
        outputs = [marker],
        mnemonic = "TsValidateOptions",
        progress_message = "Validating tsconfig of %{label}",
    )
    return marker

def _path_in_bin(ctx, file):
    return file.path.removeprefix(ctx.bin_dir.path + "/")

def _package_folder(ctx):
    return "/".join([part for part in [ctx.label.workspace_root, ctx.label.package] if part]) or "."

ts_project = rule(
    implementation = _ts_project_impl,
    attrs = {
        "data": attr.label_list(doc = "Files and targets that programs with these sources need when they run.", allow_files = True),
        "declaration": attr.bool(doc = "Whether the tsconfig sets `declaration`."),
        "deps": attr.label_list(doc = "What the sources import.", providers = [JsInfo]),
        "js_outs": attr.output_list(doc = "JavaScript."),
        "map_outs": attr.output_list(doc = "Source maps."),
        "source_map": attr.bool(doc = "Whether the tsconfig sets `sourceMap`."),
        "srcs": attr.label_list(doc = "Sources, each by its name.", allow_files = True, mandatory = True),
        "transpiler": attr.string(doc = "`tsc`.", values = ["", "tsc"]),
        "tsc": attr.label(doc = "The compiler.", executable = True, cfg = "exec", mandatory = True),
        "tsconfig": attr.label(doc = "A tsconfig.json or a ts_config.", allow_single_file = [".json"], mandatory = True),
        "types_outs": attr.output_list(doc = "Declarations."),
        "validator": attr.label(doc = "Compares the tsconfig with the attributes.", executable = True, cfg = "exec", mandatory = True),
        "_default_to_tsc_transpiler": attr.label(default = "//ts:default_to_tsc_transpiler"),
        "_skip_lib_check": attr.label(default = "//ts:skipLibCheck"),
    },
)
