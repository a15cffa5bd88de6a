import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { parse } from "yaml";
import { nodeEnvironment } from "../testing/node-environment.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { updateWorkspace } from "../update/testing/update-workspace.ts";
import { readPipelineFiles } from "./pipeline-files.ts";
import { type PipelineStep, readSteps } from "./read-steps.ts";

const root = join(import.meta.dirname, "../..");
const files = readPipelineFiles(root);
const steps = files.flatMap(readSteps);
const textOf = (path: string): string => files.find((file) => file.path === path)!.text;

suite("the steps of the pipelines", () => {
  test("there is one of each kind on both hosts, and no other", () => {
    assert.deepEqual(
      steps.map(({ path, name }) => `${path} ${name}`),
      [
        ".buildkite/pipeline.yml :bazel: Test",
        ".buildkite/pipeline.yml :docker: Push images",
        ".buildkite/pipeline.yml :package: Update Wolfi images",
        ".github/actions/caches-of-bazel/action.yml Set up",
        ".github/workflows/main.yml Test",
        ".github/workflows/main.yml Log in",
        ".github/workflows/main.yml Push images",
        ".github/workflows/update.yml Update",
        ".github/workflows/update.yml Show what would be done",
      ],
    );
  });

  test("a test is the command that the README names", async () => {
    const readme = await readFile(join(root, "README.md"), "utf8");
    const [, command] = /^```console run-by-ci\n\$ (.*)$/m.exec(readme) ?? [];
    assert.equal(command, "./bazelw test //...");
    assert.deepEqual(
      named("Test").map((step) => step.command),
      [command, command],
    );
  });

  test("the set-up gives Bazel its caches, in every workspace of the machine", async () => {
    await using folder = await temporaryFolder();
    const [setUp] = named("Set up");
    const run = await runStep(setUp!, { folder: folder.path, environment: { HOME: folder.path } });
    assert.equal(run.exitCode, 0, run.stderr);
    const cached = parse(textOf(".github/actions/caches-of-bazel/action.yml")) as {
      readonly runs: { readonly steps: readonly { readonly with?: { readonly path: string } }[] };
    };
    const paths = cached.runs.steps[1]!.with!.path.trim().split("\n");
    assert.equal(
      await readFile(join(folder.path, ".bazelrc"), "utf8"),
      ["repository_cache", "disk_cache"]
        .map((option, at) => `common --${option}=${paths[at]!.replace("~", folder.path)}\n`)
        .join(""),
    );
  });
});

suite("the steps that push images", () => {
  const repository = "registry.example.com:5000/team";
  const login = "docker login --username ci --password-stdin registry.example.com:5000 < the-password";
  const pushes = [
    `bazelw run --config=release //cmd/gitserver:image_push -- --repository ${repository}/gitserver`,
    `bazelw run --config=release //cmd/gitserver:base_push -- --repository ${repository}/gitserver-base`,
  ];
  for (const [path, names, user] of [
    [".github/workflows/main.yml", ["Log in", "Push images"], "REGISTRY_USER"],
    [".buildkite/pipeline.yml", [":docker: Push images"], "WOLFI_REGISTRY_USER"],
  ] as const) {
    test(`${path}: logs in without the password in an argument, and pushes each image`, async () => {
      await using folder = await temporaryFolder();
      const environment = { WOLFI_REPOSITORY: repository, [user]: "ci", REGISTRY_TOKEN: "the-password" };
      assert.deepEqual(await runSteps(path, names, { folder: folder.path, environment }), {
        exitCodes: names.map(() => 0),
        calls: [login, ...pushes],
      });
    });

    test(`${path}: pushes nothing where the login fails, and ends where a push fails`, async () => {
      await using folder = await temporaryFolder();
      const environment = { WOLFI_REPOSITORY: repository, [user]: "ci", REGISTRY_TOKEN: "the-password" };
      const noLogin = await runSteps(path, names, {
        folder: folder.path,
        environment: { ...environment, FAILING: "docker" },
      });
      assert.deepEqual(noLogin, { exitCodes: [1], calls: [login] });
      const noPush = await runSteps(path, names, {
        folder: folder.path,
        environment: { ...environment, FAILING: "bazelw" },
      });
      assert.deepEqual(noPush, { exitCodes: [...names.slice(1).map(() => 0), 1], calls: [login, pushes[0]] });
    });
  }
});

suite("the steps that update", () => {
  const updates = named("Update");
  const given = { BRANCH: "main", TAKE_OVER: "", DRY_RUN: "", GITHUB_TOKEN: "" };

  for (const step of updates) {
    test(`${step.path}: does a dry run for real`, async () => {
      await using workspace = await updateWorkspace();
      await workspace.set({ lockfiles: workspace.lockfiles });
      const { clone } = workspace;
      await workspace.person.git("-C", clone, "remote", "set-url", "origin", join(clone, "../team/images.git"));
      const output = join(clone, "../output");
      // The program of this workspace in the place of `./bazelw run //tools:update`; the worktree has its own bazelw.
      await writeFile(
        join(clone, "bazelw"),
        bazelThatUpdates(step.path.startsWith(".github") ? [] : ["--dry-run", output]),
      );
      const run = await runStep(step, {
        folder: clone,
        environment: { ...workspace.environment, ...nodeEnvironment(), ...given, DRY_RUN: output, GITEA_TOKEN: "" },
      });
      assert.equal(run.exitCode, 0, run.stderr);
      assert.match(run.stdout, /^main: 3 lockfiles would change: /);
      assert.match(await readFile(join(output, "main.patch"), "utf8"), /^\+ {8}"version": "8\.16\.0-r0"/m);
      assert.match(await readFile(join(output, "main.md"), "utf8"), /^\*\*3 images\*\* · packages: 3 updated/);
      assert.equal(await workspace.tip("wolfi-auto-update/main"), "");
    });
  }

  test("update main each day, and on GitHub by hand what is asked", async () => {
    await using folder = await temporaryFolder();
    const [buildkite, github] = updates;
    const call = async (step: PipelineStep, variables: object): Promise<readonly string[]> => {
      const environment = { ...given, ...variables };
      return (await runSteps(step.path, [step.name], { folder: folder.path, environment })).calls;
    };
    assert.deepEqual(await call(buildkite!, {}), ["bazelw run //tools:update -- --branch main"]);
    assert.deepEqual(await call(github!, {}), ["bazelw run //tools:update -- --branch main"]);
    assert.deepEqual(await call(github!, { BRANCH: "6.4.x $(touch /x)", TAKE_OVER: "yes", DRY_RUN: "/tmp/a b" }), [
      "bazelw run //tools:update -- --branch 6.4.x $(touch /x) --take-over --dry-run /tmp/a b",
    ]);
    assert.deepEqual(Object.keys(github!.variables), Object.keys(given));
    assert.deepEqual(buildkite!.variables, { GITHUB_TOKEN: "WOLFI_UPDATE_TOKEN" });
  });

  test("what a dry run writes is shown, and nothing where nothing is newer", async () => {
    await using folder = await temporaryFolder();
    const [show] = named("Show what would be done");
    const summary = join(folder.path, "summary");
    const output = join(folder.path, "output");
    const environment = { GITHUB_STEP_SUMMARY: summary, DRY_RUN: output };
    await writeFile(summary, "");
    assert.equal((await runStep(show!, { folder: folder.path, environment })).exitCode, 0);
    assert.equal(await readFile(summary, "utf8"), "");
    await mkdir(output);
    await writeFile(join(output, "main.md"), "# Text\n");
    await writeFile(join(output, "main.patch"), "-a\n+b\n");
    assert.equal((await runStep(show!, { folder: folder.path, environment })).exitCode, 0);
    assert.equal(await readFile(summary, "utf8"), "# Text\n\n```diff\n-a\n+b\n\n```\n");
  });

  test("begin each day at an odd minute, and one runs at a time", () => {
    const workflow = parse(textOf(".github/workflows/update.yml")) as {
      readonly on: { readonly schedule: readonly { readonly cron: string }[] };
      readonly jobs: { readonly update: { readonly concurrency: object } };
    };
    assert.match(workflow.on.schedule[0]!.cron, /^[1-5]?[1379] \d+ \* \* \*$/);
    assert.deepEqual(workflow.jobs.update.concurrency, {
      group: "wolfi-update-${{ matrix.branch }}",
      "cancel-in-progress": false,
    });
    const pipeline = parse(textOf(".buildkite/pipeline.yml")) as {
      readonly steps: readonly { readonly key: string; readonly if: string; readonly concurrency: number }[];
    };
    const update = pipeline.steps.find(({ key }) => key === "update");
    assert.equal(update?.concurrency, 1);
    assert.equal(update.if, 'build.source == "schedule" || build.env("WOLFI_BASE_REBUILD") == "true"');
  });
});

function named(name: string): readonly PipelineStep[] {
  return steps.filter((step) => step.name.replace(/^:\w+: /, "").startsWith(name));
}

interface StepRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As the hosts do: in a bash that ends at the first command that fails. */
async function runStep(
  { command }: PipelineStep,
  options: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Promise<StepRun> {
  const env = { PATH: process.env["PATH"] ?? "", ...options.environment };
  return new Promise((done) => {
    execFile("bash", ["-e", "-c", command], { cwd: options.folder, env }, (error, stdout, stderr) => {
      done({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Runs steps of a file until one fails, with a docker and a bazelw that write down what they are called with. */
async function runSteps(
  path: string,
  names: readonly string[],
  { folder, environment }: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Promise<{ readonly exitCodes: readonly number[]; readonly calls: readonly string[] }> {
  const log = join(folder, "calls");
  await writeFile(log, "");
  for (const [program, input] of [
    ["docker", " < $(cat)"],
    ["bazelw", ""],
  ] as const) {
    await writeFile(
      join(folder, program),
      `#!/bin/sh\necho "${program} $*${input}" >>"$CALLS"\n[ "$FAILING" != ${program} ]\n`,
    );
    await chmod(join(folder, program), 0o755);
  }
  const exitCodes: number[] = [];
  for (const name of names) {
    const step = steps.find((one) => one.path === path && one.name === name)!;
    const variables = { ...environment, CALLS: log, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    const { exitCode } = await runStep(step, { folder, environment: variables });
    exitCodes.push(exitCode);
    if (exitCode !== 0) break;
  }
  return { exitCodes, calls: (await readFile(log, "utf8")).split("\n").slice(0, -1) };
}

function bazelThatUpdates(more: readonly string[]): string {
  const main = join(root, `tools/cli/main.${import.meta.filename.endsWith(".ts") ? "ts" : "js"}`);
  const quoted = [process.execPath, main].map((one) => `'${one}'`).join(" ");
  return `#!/bin/sh\n[ "$1 $2 $3" = "run //tools:update --" ] || exit 9\nshift 3\nexec ${quoted} update "$@" ${more.join(" ")}\n`;
}
