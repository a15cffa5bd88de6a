"""A tsconfig.json that targets of several packages share."""

load("@aspect_rules_js//js:libs.bzl", "copy_to_bin", "gather_runfiles", "js_info_files")
load("@aspect_rules_js//js:providers.bzl", "JsInfo", "js_info")

TsConfigInfo = provider(
    doc = "A tsconfig and what it needs.",
    fields = {
        "deps": "depset of File: the tsconfig, those that it extends, and package.json files.",
    },
)

def _ts_config_impl(ctx):
    config = copy_to_bin(ctx, ctx.file.src)
    infos = [target[JsInfo] for target in ctx.attr.deps if JsInfo in target]
    return [
        DefaultInfo(files = depset([config]), runfiles = gather_runfiles(ctx, deps = ctx.attr.deps)),
        TsConfigInfo(deps = depset(
            [config] + [copy_to_bin(ctx, file) for file in ctx.files.deps],
            transitive = [js_info_files(ctx.attr.deps, types = True)] +
                         [target[TsConfigInfo].deps for target in ctx.attr.deps if TsConfigInfo in target],
        )),
        js_info(
            target = ctx.label,
            sources = depset([config]),
            transitive_sources = depset([config], transitive = [info.transitive_sources for info in infos]),
            transitive_types = depset(transitive = [info.transitive_types for info in infos]),
            npm_sources = depset(transitive = [info.npm_sources for info in infos]),
        ),
    ]

ts_config = rule(
    implementation = _ts_config_impl,
    attrs = {
        "deps": attr.label_list(doc = "Extended tsconfig files, and package.json files that decide on module formats.", allow_files = True),
        "src": attr.label(doc = "The tsconfig.json.", allow_single_file = True, mandatory = True),
    },
)
