"""One folder of TypeScript."""

load("@aspect_rules_js//js:defs.bzl", "js_library", "js_test")
load("@aspect_rules_ts//ts:defs.bzl", "ts_project")
load(":check.bzl", "source_test")

def wolfi_ts(
        name,
        srcs,
        deps = [],
        tests = [],
        external_tests = [],
        test_srcs = [],
        test_deps = [],
        test_data = [],
        testonly = False,
        visibility = ["//:__subpackages__"]):
    """Declares a folder of TypeScript: its modules, their tests, and the tests of its sources.

    `NAME` is the ts_project; `NAME_sources` has the same modules, of which wolfi_bundle makes programs before they are
    compiled. `NAME_test` runs `tests`. Each of `external_tests`, which take longer and need real apko or
    the data that `WOLFI_TEST_DATA` names, is a target of its own, so that several run at a time: `NAME_solve_oracle_test`
    runs `solve.oracle.test.ts`. `NAME_source_test` looks at how all sources are written.

    Args:
        name: The folder's name.
        srcs: Modules, without tests.
        deps: Other folders (`//tools/error`), `//:node_modules/…` and js_libraries (`:package_json`) that the modules
            import.
        tests: Files of node:test cases.
        external_tests: The same, tagged `external`; they find apko's path in `WOLFI_APKO`.
        test_srcs: Modules that only the tests import.
        test_deps: What the tests import beside the modules and `deps`.
        test_data: Files that the tests read.
        testonly: Whether only tests may depend on this.
        visibility: Of the ts_project.
    """
    deps = deps + [Label("//:node_modules/@types/node"), Label("//:package_json")]
    _project(
        name = name,
        srcs = srcs,
        testonly = testonly,
        visibility = visibility,
        deps = deps,
    )
    js_library(
        name = name + "_sources",
        srcs = srcs,
        testonly = testonly,
        visibility = visibility,
        deps = [_sources_of(dep) for dep in deps],
    )

    all_tests = tests + external_tests
    test_deps = deps + test_deps
    if all_tests:
        _project(
            name = name + "_tests",
            srcs = all_tests + test_srcs,
            testonly = True,
            visibility = ["//visibility:private"],
            deps = [":" + name] + test_deps,
        )
    if tests:
        _run_tests(
            name = name + "_test",
            data = [":{}_tests".format(name)] + test_data,
            tests = tests,
        )
    for test in external_tests:
        _run_tests(
            name = "{}_{}_test".format(name, test.removesuffix(".test.ts").replace(".", "_")),
            data = [":{}_tests".format(name), Label("//tools/testing:apko")] + test_data,
            env = {"WOLFI_APKO": "$(rootpath {})".format(Label("//tools/testing:apko"))},
            tags = ["external"],
            tests = [test],
        )

    source_test(
        name = name + "_source_test",
        srcs = srcs + all_tests + test_srcs,
        types = test_deps,
    )

# A folder's label is that of its ts_project, in the short form.
def _sources_of(dep):
    return dep if type(dep) != type("") or ":" in dep else "{}:{}_sources".format(dep, dep.split("/")[-1])

def _project(name, srcs, deps, testonly, visibility):
    ts_project(
        name = name,
        srcs = srcs,
        declaration = True,
        source_map = True,
        testonly = testonly,
        transpiler = "tsc",
        tsconfig = Label("//:tsconfig"),
        visibility = visibility,
        deps = deps,
    )

def _run_tests(name, tests, data, env = {}, tags = []):
    js_test(
        name = name,
        args = ["{}/{}".format(native.package_name(), test.removesuffix(".ts") + ".js") for test in tests],
        data = data + [Label(":development")],
        entry_point = Label(":run-tests.js"),
        env = env,
        tags = tags,
    )
