"""Tests of push.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//wolfi/private:push.bzl", "repository_problem")

def _repository_test_impl(ctx):
    env = unittest.begin(ctx)
    for repository in [
        None,
        "registry.example.com/team/gitserver",
        "localhost/gitserver",
        "builder:5000/gitserver",
        "[::1]:5000/gitserver",
    ]:
        asserts.equals(env, None, repository_problem(repository), str(repository))
    for repository in ["", "gitserver", "team/gitserver", "registry.example.com", "registry.example.com/"]:
        problem = repository_problem(repository)
        asserts.true(env, problem.startswith("`repository` is \"{}\", which names no registry; ".format(repository)), problem)
    for repository in [
        "https://registry.example.com/gitserver",
        "me:secret@registry.example.com/gitserver",
        "registry.example.com/gitserver@sha256:secret",
    ]:
        problem = repository_problem(repository)
        asserts.true(env, problem.startswith("`repository` has a scheme, a login or a digest; "), problem)
        asserts.false(env, "secret" in problem, problem)
    return unittest.end(env)

repository_test = unittest.make(_repository_test_impl)
