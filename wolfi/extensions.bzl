"""The module extension that turns lockfiles into repositories.

```starlark
wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")
wolfi.repository(
    target = "//wolfi-packages:repository",
    url = "http://packages.test/os",
)
use_repo(wolfi, "wolfi_images")
```
"""

load("//wolfi/private:extension.bzl", _wolfi = "wolfi")

wolfi = _wolfi
