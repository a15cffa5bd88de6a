"""For rulesets that build on this one; here, for the stand-in of rules_ts alone."""

load("//js/private:covered.bzl", _COMMON = "COMMON", _check_covered = "check_covered")
load("//js/private:js_files.bzl", _copy_to_bin = "copy_to_bin", _gather_runfiles = "gather_runfiles", _js_info_files = "js_info_files")

COMMON = _COMMON
check_covered = _check_covered
copy_to_bin = _copy_to_bin
gather_runfiles = _gather_runfiles
js_info_files = _js_info_files
