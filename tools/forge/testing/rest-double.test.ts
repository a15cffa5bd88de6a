import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { GitHost } from "./git-host.ts";
import { giteaDouble } from "./gitea-double.ts";
import { githubDouble } from "./github-double.ts";
import type { RestDouble } from "./rest-double.ts";

const repository = "team/images";
const request = { title: "a", body: "b", head: "topic", base: "main" };

const github = {
  "user-agent": "test",
  accept: "application/vnd.github+json",
  authorization: "Bearer secret",
  "x-github-api-version": "2022-11-28",
  "content-type": "application/json",
};
const gitea = { authorization: "token secret", "content-type": "application/json" };

suite("githubDouble()", () => {
  for (const [name, status, headers, call] of [
    ["all", 200, {}, {}],
    ["no token", 401, { authorization: undefined }, {}],
    ["a token in Gitea's way", 401, { authorization: "token secret" }, {}],
    ["no user agent", 403, { "user-agent": undefined }, {}],
    ["no version", 400, { "x-github-api-version": undefined }, {}],
    ["another media type", 400, { accept: "application/json" }, {}],
    ["a state that there is not", 400, {}, { path: "/pulls?state=merged" }],
    ["a branch without its owner", 400, {}, { path: "/pulls?head=topic" }],
    ["a page that is too long", 400, {}, { path: "/pulls?per_page=101" }],
    ["Gitea's filter", 400, {}, { path: "/pulls?base_branch=main" }],
    ["a request", 201, {}, { method: "POST", content: request }],
    ["a request of no branch", 422, {}, { method: "POST", content: { ...request, head: "none" } }],
    ["a request with a field that there is not", 400, {}, { method: "POST", content: { ...request, labels: ["a"] } }],
    ["a request with a number as its title", 400, {}, { method: "POST", content: { ...request, title: 1 } }],
    ["a request without a base", 400, {}, { method: "POST", content: { title: "a", head: "topic" } }],
    ["another content type", 400, { "content-type": "text/plain" }, { method: "POST", content: request }],
    ["a label by its number", 400, {}, { method: "POST", path: "/issues/1/labels", content: { labels: [1] } }],
    ["a colour with a #", 400, {}, { method: "POST", path: "/labels", content: { name: "a", color: "#ffffff" } }],
    ["a comment on nothing", 404, {}, { method: "POST", path: "/issues/7/comments", content: { body: "a" } }],
    ["a call that there is not", 400, {}, { method: "PUT", path: "/pulls/1" }],
  ] as const) {
    test(`answers ${status} to ${name}`, () => {
      assert.equal(answerTo(githubDouble({ repository }), { headers: { ...github, ...headers }, ...call }), status);
    });
  }
});

suite("giteaDouble()", () => {
  for (const [name, status, headers, call] of [
    ["all", 200, {}, {}],
    ["no token", 401, { authorization: undefined }, {}],
    ["a token in GitHub's way", 401, { authorization: "Bearer secret" }, {}],
    ["a state that there is not", 400, {}, { path: "/pulls?state=merged" }],
    ["GitHub's filter, which Gitea would not see", 400, {}, { path: "/pulls?head=team:topic" }],
    ["a page that is no number", 400, {}, { path: "/pulls?page=next" }],
    ["a request", 201, {}, { method: "POST", content: request }],
    ["a request of no branch", 404, {}, { method: "POST", content: { ...request, head: "none" } }],
    ["a request with labels by name", 400, {}, { method: "POST", content: { ...request, labels: ["a"] } }],
    ["a request with a field that there is not", 400, {}, { method: "POST", content: { ...request, draft: true } }],
    ["a label without a colour", 400, {}, { method: "POST", path: "/labels", content: { name: "a" } }],
    ["a comment on nothing", 404, {}, { method: "POST", path: "/issues/7/comments", content: { body: "a" } }],
    ["an empty comment", 400, {}, { method: "POST", path: "/issues/1/comments", content: {} }],
  ] as const) {
    test(`answers ${status} to ${name}`, () => {
      assert.equal(answerTo(giteaDouble({ repository }), { headers: { ...gitea, ...headers }, ...call }), status);
    });
  }
});

interface Call {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
  readonly path?: string;
  readonly content?: unknown;
}

function answerTo(double: RestDouble, { headers, method = "GET", path = "/pulls", content }: Call): number {
  const url = new URL(`http://git.test${double.root}repos/${repository}${path}`);
  const host = { url: "http://git.test", requests: [], branches: ["main", "topic"], token: "secret" };
  const text = content === undefined ? "" : JSON.stringify(content);
  return double.answer({ method, url, headers, text }, host as unknown as GitHost).status;
}
