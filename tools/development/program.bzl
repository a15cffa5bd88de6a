"""Programs in one file."""

load("@aspect_rules_js//js:defs.bzl", "js_binary", "js_run_binary")

def wolfi_bundle(name, entry_point, srcs, out, visibility = ["//visibility:private"]):
    """Bundles a program and all that it imports into one file, out of the sources: no compiler has to run before it.

    Args:
        name: Of the target.
        entry_point: The module that starts the program, of this package: `main.ts`.
        srcs: The `NAME_sources` of its wolfi_ts.
        out: The file, `NAME.mjs`.
        visibility: Of the target.
    """
    js_run_binary(
        name = name,
        srcs = srcs + [entry_point],
        outs = [out],
        args = [
            "$(rootpath {})".format(entry_point),
            "$(rootpath {})".format(out),
        ],
        mnemonic = "WolfiBundle",
        progress_message = "Bundling %{label}",
        tool = Label(":bundle"),
        visibility = visibility,
    )

def wolfi_program(name, entry_point, srcs, visibility = ["//visibility:private"]):
    """Declares a program that is one file, so that it starts quickly and a build action has few inputs.

    Args:
        name: Of the js_binary; `NAME_bundle` is the file.
        entry_point: See `wolfi_bundle`.
        srcs: See `wolfi_bundle`.
        visibility: Of the program.
    """
    wolfi_bundle(
        name = name + "_bundle",
        srcs = srcs,
        out = name + ".mjs",
        entry_point = entry_point,
        visibility = visibility,
    )
    js_binary(
        name = name,
        entry_point = name + ".mjs",
        visibility = visibility,
    )
