"""For rulesets that build on this one; here, for the stand-in of rules_ts alone."""

load("//npm/private:npm_link_all_packages.bzl", _link_all_packages = "link_all_packages")
load("//npm/private:npm_repository.bzl", _npm_repository = "npm_repository")

link_all_packages = _link_all_packages
npm_repository = _npm_repository
