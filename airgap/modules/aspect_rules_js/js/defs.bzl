"""Programs, tests and libraries in JavaScript: what this workspace uses of rules_js."""

load("//js/private:covered.bzl", "BINARY", "COMMON", "TEST", "check_covered")
load("//js/private:js_binary.bzl", _js_binary = "js_binary", _js_test = "js_test")
load("//js/private:js_library.bzl", _js_library = "js_library")
load("//js/private:js_run_binary.bzl", _js_run_binary = "js_run_binary")

_PROGRAM = ["chdir", "copy_data_to_bin", "data", "entry_point", "env", "fixed_args", "include_transitive_types", "no_copy_to_bin", "node_options", "patch_node_fs"]

def js_binary(**kwargs):
    """A program: `bazel run`, or the tool of a js_run_binary.

    Args:
        **kwargs: entry_point, data, args, env, fixed_args, chdir, node_options, copy_data_to_bin, no_copy_to_bin,
            include_transitive_types, patch_node_fs, and what every binary has
    """
    check_covered("aspect_rules_js", "js_binary", kwargs, BINARY + _PROGRAM)
    _js_binary(**_with_chdir(kwargs))

def js_test(**kwargs):
    """A test: passes when the program exits with 0.

    Args:
        **kwargs: as js_binary, env_inherit, and what every test has
    """
    check_covered("aspect_rules_js", "js_test", kwargs, TEST + _PROGRAM)
    _js_test(**_with_chdir(kwargs))

def js_library(**kwargs):
    """Groups sources, declarations and their dependencies.

    Args:
        **kwargs: srcs, types, deps, data, and what every rule has
    """
    check_covered("aspect_rules_js", "js_library", kwargs, COMMON + ["data", "deps", "srcs", "types"])
    _js_library(**kwargs)

def js_run_binary(tool, **kwargs):
    """Runs a js_binary as a build action.

    Args:
        tool: a js_binary
        **kwargs: name, srcs, outs, out_dirs, stdout, args, env, mnemonic, progress_message, execution_requirements,
            and what every rule has
    """
    check_covered("aspect_rules_js", "js_run_binary", kwargs, COMMON + [
        "args",
        "env",
        "execution_requirements",
        "mnemonic",
        "out_dirs",
        "outs",
        "progress_message",
        "srcs",
        "stdout",
    ])
    _js_run_binary(tool = tool, tool_in_target_configuration = tool, **kwargs)

def _with_chdir(kwargs):
    # `chdir = package_name()` in the root package is a choice too: it beats the chdir of a surrounding program.
    return kwargs | {"chdir": "."} if kwargs.get("chdir") == "" else kwargs
