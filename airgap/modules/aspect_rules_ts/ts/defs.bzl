"""TypeScript: what this workspace uses of rules_ts."""

load("@aspect_rules_js//js:libs.bzl", "COMMON", "check_covered")
load("//ts/private:ts_config.bzl", _TsConfigInfo = "TsConfigInfo", _ts_config = "ts_config")
load("//ts/private:ts_outputs.bzl", "ts_outputs")
load("//ts/private:ts_project.bzl", _ts_project = "ts_project")

TsConfigInfo = _TsConfigInfo

def ts_project(name, srcs, tsconfig = "tsconfig.json", declaration = False, source_map = False, **kwargs):
    """Compiles TypeScript with tsc; every output is a target: `x.js`, `x.js.map`, `x.d.ts`.

    Args:
        name: of the target; `NAME_types` has the declarations alone
        srcs: each source by its name
        tsconfig: a tsconfig.json or a ts_config
        declaration: whether the tsconfig sets `declaration`
        source_map: whether the tsconfig sets `sourceMap`
        **kwargs: deps, data, transpiler, and what every rule has
    """
    check_covered("aspect_rules_ts", "ts_project", kwargs | {"name": name}, COMMON + ["data", "deps", "transpiler"])
    outputs = ts_outputs(srcs, declaration, source_map)
    _ts_project(
        name = name,
        srcs = srcs,
        tsconfig = tsconfig,
        declaration = declaration,
        source_map = source_map,
        js_outs = outputs.js,
        map_outs = outputs.maps,
        types_outs = outputs.types,
        # As with the real ruleset, the calling workspace has `use_repo(typescript, "npm_typescript")`.
        tsc = "@npm_typescript//:tsc",
        validator = "@npm_typescript//:validator",
        **kwargs
    )
    native.filegroup(
        name = name + "_types",
        srcs = [name],
        output_group = "types",
        tags = kwargs.get("tags"),
        testonly = kwargs.get("testonly"),
        visibility = kwargs.get("visibility"),
    )

def ts_config(**kwargs):
    """A tsconfig.json that targets of several packages share.

    Args:
        **kwargs: src, deps, and what every rule has
    """
    check_covered("aspect_rules_ts", "ts_config", kwargs, COMMON + ["deps", "src"])
    _ts_config(**kwargs)
