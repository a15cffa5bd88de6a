"""Base images from lockfiles, tests and pushes of images, and repositories of packages that are built here.

```starlark
load("@wolfi//wolfi:defs.bzl", "wolfi_base")

wolfi_base()
```
"""

load("//wolfi/private:base.bzl", _wolfi_base = "wolfi_base")
load("//wolfi/private:push.bzl", _wolfi_push = "wolfi_push")
load("//wolfi/private:repository.bzl", _wolfi_repository = "wolfi_repository")
load("//wolfi/private:repository_info.bzl", _WolfiRepositoryInfo = "WolfiRepositoryInfo")
load("//wolfi/private:structure_test.bzl", _wolfi_structure_test = "wolfi_structure_test")

WolfiRepositoryInfo = _WolfiRepositoryInfo
wolfi_base = _wolfi_base
wolfi_push = _wolfi_push
wolfi_repository = _wolfi_repository
wolfi_structure_test = _wolfi_structure_test
