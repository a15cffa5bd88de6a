"""The architectures that packages can be for, by apk's names."""

ARCHITECTURES = ["aarch64", "armhf", "armv7", "loongarch64", "ppc64le", "riscv64", "s390x", "x86", "x86_64"]
