import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type * as v from "valibot";
import { giteaDouble } from "../forge/testing/gitea-double.ts";
import { giteaBinary, type GiteaServer, serveGitea } from "../forge/testing/gitea-server.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { type GiteaRequest, type GiteaWorld, giteaWorld, eventually } from "./testing/gitea-world.ts";
import { checkTidy, runUpdate } from "./testing/run-update.ts";

const head = "wolfi-auto-update/main";
const { skip, path } = giteaBinary();

suite("wolfi update, with real Gitea", () => {
  let folder: TemporaryFolder;
  let gitea: GiteaServer;
  before(async () => {
    if (path === undefined) return;
    folder = await temporaryFolder();
    await mkdir(join(folder.path, "gitea"));
    // Two, so that all that is listed has several pages.
    gitea = await serveGitea({ path, folder: join(folder.path, "gitea"), pageSize: 2 });
  });
  after(async () => {
    await gitea?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  test("opens a request with its labels, and is silent the second time", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    for (const name of ["one", "two", "three", "security"])
      await world.call("POST", "/labels", { name, color: "#ffffff" });
    await world.set({ lockfiles: world.lockfiles });
    const first = await world.update("--label", "security", "--label", "automatic");
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(
      first.stdout,
      /^main: http:\/\/127\.0\.0\.1:\d+\/person\/images-\d+\/pulls\/1 is opened, 3 lockfiles\n$/,
    );
    const [request, ...others] = await world.requests();
    assert.deepEqual(others, []);
    assert.deepEqual(
      [request!.head.ref, request!.base.ref, request!.state, request!.user.login, request!.title],
      [head, "main", "open", "robot", "Update the packages of Wolfi images"],
    );
    assert.deepEqual(labelsOf(request!), ["automatic", "security"]);
    assert.match(
      request!.body,
      /^\*\*3 images\*\*[^]*CVE-2099-0001[^]*<!-- wolfi-update: content=[0-9a-f]{64} foreign=none -->\n?$/,
    );
    const names = (await world.call<readonly { name: string }[]>("GET", "/labels?page=2")).map(({ name }) => name);
    assert.equal((await world.call<readonly object[]>("GET", "/labels?page=3")).length, 1, names.join());
    const tip = await world.tip(head);
    assert.deepEqual(await world.commits(), [`${tip} wolfi-update@noreply.invalid`]);
    assert.equal(await world.parentOfTip(), await world.tip("main"));

    const asked = world.front.log.length;
    const second = await world.update("--label", "security");
    assert.equal(second.exitCode, 0, second.stderr);
    assert.match(second.stdout, /\/pulls\/1 is as it should be, 3 lockfiles\n$/);
    assert.deepEqual(world.written(asked), []);
    assert.equal(await world.tip(head), tip);
    assert.deepEqual(await world.requests(), [request]);
    await checkTidy(world);
  });

  test("updates the same request with a newer package, and keeps what people have set", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    await world.set({ lockfiles: world.lockfiles });
    await opensRequest(world, "--label", "automatic");
    const { id } = await world.call<{ id: number }>("POST", "/labels", { name: "later", color: "#ffffff" });
    await world.call("POST", "/issues/1/labels", { labels: [id] });
    const [old] = await world.requests();
    const first = await world.tip(head);
    await world.set({ lockfiles: world.laterLockfiles });
    const run = await world.update("--label", "automatic");
    assert.match(run.stdout, /\/pulls\/1 is updated, 3 lockfiles\n$/);
    const tip = await world.tip(head);
    await eventually(async () => (await world.requests())[0]!.head.sha === tip);
    const [request, ...others] = await world.requests();
    assert.deepEqual(others, []);
    assert.deepEqual([request!.number, labelsOf(request!), request!.comments], [1, ["automatic", "later"], 0]);
    assert.match(request!.body, /8\.17\.0-r0/);
    assert.notEqual(request!.body, old!.body);
    assert.notEqual(tip, first);
    assert.equal((await world.commits()).length, 1);
  });

  test("rebuilds its commit where main has moved", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    await world.set({ lockfiles: world.lockfiles });
    await opensRequest(world);
    const base = await world.commitOnMain({ other: "1" });
    assert.match((await world.update()).stdout, /\/pulls\/1 is updated, /);
    assert.equal(await world.parentOfTip(), base);
    const [request, ...others] = await world.requests();
    assert.deepEqual([request!.state, others.length], ["open", 0]);
    assert.equal((await world.commits()).length, 1);
  });

  test("leaves a person's commit alone, says so once, and takes over when it is told to", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    await world.set({ lockfiles: world.lockfiles });
    await opensRequest(world);
    const { person } = world;
    await person.git("fetch", "--quiet", "origin");
    await person.git("switch", "--quiet", "--create", "theirs", `origin/${head}`);
    const theirs = await person.commit({ note: "mine" });
    await person.git("push", "--quiet", "origin", `theirs:${head}`);
    await world.set({ lockfiles: world.laterLockfiles });
    for (const _ of [1, 2]) {
      const run = await world.update();
      assert.equal(run.exitCode, 0);
      assert.match(run.stderr, /^warning: main: 1 commit of A on wolfi-auto-update\/main: it is left alone/m);
      assert.equal(await world.tip(head), theirs);
    }
    const comments = await world.comments(1);
    assert.equal(comments.length, 1);
    assert.match(comments[0]!, new RegExp(`${theirs.slice(0, 12)} \`A\`: \`a commit\`[^]*--take-over`));
    assert.match((await world.update("--take-over")).stdout, /\/pulls\/1 is updated, 3 lockfiles\n$/);
    assert.equal(await world.parentOfTip(), await world.tip("main"));
    assert.equal((await world.comments(1)).length, 1);
    assert.match((await world.update()).stdout, /as it should be/);
  });

  test(
    "does not come back with what a person removed the branch of, until it is something else",
    { skip },
    async () => {
      await using world = await giteaWorld(gitea, head);
      await world.set({ lockfiles: world.lockfiles });
      await opensRequest(world);
      await world.person.git("push", "--quiet", "origin", `:${head}`);
      await eventually(async () => (await world.states())[0] === "1 closed");
      const asked = world.front.log.length;
      assert.match(
        (await world.update()).stdout,
        /\/pulls\/1 was closed by a person, and nothing is newer than that\n$/,
      );
      assert.deepEqual(world.written(asked), []);
      assert.equal(await world.tip(head), "");
      await world.set({ lockfiles: world.laterLockfiles });
      assert.match((await world.update()).stdout, /\/pulls\/2 is opened, /);
      assert.deepEqual(await world.states(), ["1 closed", "2 open"]);
      assert.deepEqual(await world.comments(2), ["Follows #1, which was closed."]);
    },
  );

  test(
    "is quiet about what a person closed, whatever else was closed since, until it is something else",
    { skip },
    async () => {
      await using world = await giteaWorld(gitea, head);
      await world.set({ lockfiles: world.lockfiles });
      await opensRequest(world);
      await world.call("PATCH", "/pulls/1", { state: "closed" });
      for (const name of ["x", "y", "z"]) {
        await world.openOther(name);
      }
      for (const number of [2, 3, 4]) await world.call("PATCH", `/pulls/${number}`, { state: "closed" });
      const tip = await world.tip(head);
      const asked = world.front.log.length;
      assert.match((await world.update()).stdout, /\/pulls\/1 was closed by a person, /);
      assert.deepEqual(world.written(asked), []);
      await world.set({ lockfiles: world.laterLockfiles });
      assert.match((await world.update()).stdout, /\/pulls\/5 is opened, /);
      assert.notEqual(await world.tip(head), tip);
      assert.deepEqual(await world.comments(5), ["Follows #1, which was closed."]);
    },
  );

  test("removes the branch of a request that was merged, and opens another one later", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    await world.set({ lockfiles: world.lockfiles });
    await opensRequest(world);
    await world.call("POST", "/pulls/1/merge", { Do: "squash" });
    assert.equal((await world.update()).stdout, "main: nothing is newer\n");
    assert.equal(await world.tip(head), "");
    await world.set({ lockfiles: world.laterLockfiles });
    assert.match((await world.update()).stdout, /\/pulls\/2 is opened, 1 lockfile\n$/);
    assert.deepEqual(await world.states(), ["1 merged", "2 open"]);
    assert.deepEqual(await world.comments(2), []);
  });

  test(
    "closes what has become obsolete, removes its branch, and opens anew when the same comes again",
    { skip },
    async () => {
      await using world = await giteaWorld(gitea, head);
      await world.set({ lockfiles: world.lockfiles });
      await opensRequest(world);
      const base = await world.tip("main");
      await world.person.git("fetch", "--quiet", "origin");
      await world.person.git("checkout", "--quiet", `origin/${head}`, "--", "wolfi-images");
      await world.commitOnMain({});
      assert.match((await world.update()).stdout, /\/pulls\/1 is closed, for nothing is newer any more\n$/);
      assert.deepEqual(await world.states(), ["1 closed"]);
      assert.equal(await world.tip(head), "");
      assert.deepEqual(await world.comments(1), ["The lockfiles of `main` are current: nothing is left to update."]);
      assert.equal((await world.update()).stdout, "main: nothing is newer\n");
      await world.person.git("reset", "--quiet", "--hard", base);
      await world.person.git("push", "--quiet", "--force", "origin", "main");
      assert.match((await world.update()).stdout, /\/pulls\/2 is opened, /);
      assert.deepEqual(await world.comments(2), []);
    },
  );

  test("changes nothing with a token that was revoked, and shows it nowhere", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    await world.set({ lockfiles: world.lockfiles });
    await opensRequest(world);
    const there = [await world.tip(head), await world.requests()];
    await gitea.removeToken("robot", world.name);
    await world.set({ lockfiles: world.laterLockfiles });
    const run = await world.update("--json");
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /The token may have ended/);
    for (const secret of [world.token, Buffer.from(`x-access-token:${world.token}`).toString("base64")]) {
      assert.ok(!`${run.stdout}${run.stderr}`.includes(secret));
    }
    // Not even where git still gets through, with a key or a helper of its own.
    await world.person.git("-C", world.clone, "remote", "set-url", "origin", world.personUrl);
    const api = ["--host", "gitea", "--api-url", `${world.front.url}/api/v1`];
    const refused = await runUpdate(world, api);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /The token may have ended/);
    assert.deepEqual([await world.tip(head), await world.requests()], there);
    await checkTidy(world);
  });

  test("goes on where the server died between push and request", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    await world.set({ lockfiles: world.lockfiles });
    let killed: Promise<void> | undefined;
    world.front.intercept = (method, at) => {
      if (method !== "POST" || !at.endsWith("/pulls")) return undefined;
      killed = gitea.kill();
      return { status: 0 };
    };
    const run = await world.update();
    assert.ok(killed !== undefined, run.stderr);
    await killed;
    await gitea.start();
    world.front.intercept = () => undefined;
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^Cannot .*\/pulls": socket hang up$/m);
    const tip = await world.tip(head);
    assert.notEqual(tip, "");
    assert.deepEqual(await world.states(), []);
    await checkTidy(world);
    assert.match((await world.update()).stdout, /\/pulls\/1 is opened, 3 lockfiles\n$/);
    assert.equal(await world.tip(head), tip);
    assert.deepEqual(await world.states(), ["1 open"]);
  });

  test("makes one request with one commit of two runs at the same moment", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    await world.set({ lockfiles: world.lockfiles });
    const other = await world.addClone("other");
    const runs = await Promise.all([world.update(), world.updateIn(other)]);
    assert.deepEqual(
      runs.map(({ exitCode }) => exitCode),
      [0, 0],
      runs.map(({ stderr }) => stderr).join(),
    );
    // The other one finds what is there.
    const said = runs.map(({ stdout }) => /is (opened|updated|as it should be), 3 lockfiles/.exec(stdout)?.[1]);
    assert.ok(!said.includes(undefined) && said.filter((each) => each === "opened").length === 1, said.join());
    const open = (await world.states()).filter((state) => state.endsWith("open"));
    assert.equal(open.length, 1);
    assert.equal((await world.commits()).length, 1);
    const asked = world.front.log.length;
    assert.match((await world.update()).stdout, /as it should be/);
    assert.deepEqual(world.written(asked), []);
  });

  test("does not take a request of a fork's branch of that name for its own", { skip }, async () => {
    await using world = await giteaWorld(gitea, head);
    await world.openFromFork(head, "Theirs");
    await world.set({ lockfiles: world.lockfiles });
    assert.match((await world.update()).stdout, /\/pulls\/2 is opened, /);
    assert.match((await world.update()).stdout, /\/pulls\/2 is as it should be, /);
    assert.deepEqual(await world.states(), ["1 open", "2 open"]);
    const [theirs] = await world.requests();
    assert.deepEqual([theirs!.title, theirs!.comments], ["Theirs", 0]);
  });

  test("is described as its double is", { skip }, async () => {
    const answer = await fetch(`${gitea.url}/swagger.v1.json`);
    const swagger = (await answer.json()) as Swagger;
    for (const { method, path: at, query, content } of giteaDouble({ repository: "a/b" }).routes) {
      const call = swagger.paths[`/repos/{owner}/{repo}${at}`]?.[method.toLowerCase()];
      assert.ok(call !== undefined, `${method} ${at}`);
      const parameters = call.parameters.filter((each) => each.in === "query").map(({ name }) => name);
      assert.deepEqual(Object.keys(query?.entries ?? {}).toSorted(), parameters.toSorted(), `${method} ${at}`);
      const reference = call.parameters.find((each) => each.in === "body")?.schema?.$ref;
      const properties = swagger.definitions[reference?.replace("#/definitions/", "") ?? ""]?.properties ?? {};
      const described = Object.entries(properties).map(([name, { type }]) => `${name}: ${type ?? "any"}`);
      const ours = Object.entries(content?.entries ?? {}).map(([name, entry]) => `${name}: ${typeOf(entry)}`);
      assert.deepEqual(ours.toSorted(), described.toSorted(), `${method} ${at}`);
    }
  });
});

async function opensRequest(world: GiteaWorld, ...args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await world.update(...args);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /\/pulls\/1 is opened, 3 lockfiles\n$/);
}

function labelsOf({ labels }: GiteaRequest): readonly string[] {
  return labels.map(({ name }) => name).toSorted();
}

interface Swagger {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters: readonly Parameter[] }>>>>;
  readonly definitions: Readonly<Record<string, { readonly properties: Readonly<Record<string, { type?: string }>> }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: { readonly $ref: string };
}

/** As the description has it. */
function typeOf(entry: v.GenericSchema): string {
  const { type } = "wrapped" in entry ? (entry.wrapped as v.GenericSchema) : entry;
  return type === "number" ? "integer" : type;
}
