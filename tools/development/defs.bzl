"""How this workspace's own sources are built and checked."""

load(":program.bzl", _wolfi_bundle = "wolfi_bundle", _wolfi_program = "wolfi_program")
load(":starlark.bzl", _wolfi_starlark = "wolfi_starlark")
load(":typescript.bzl", _wolfi_ts = "wolfi_ts")

wolfi_bundle = _wolfi_bundle
wolfi_program = _wolfi_program
wolfi_starlark = _wolfi_starlark
wolfi_ts = _wolfi_ts
