import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { PullRequest } from "../forge/forge.ts";
import { decideUpdate, type UpdateBranch, type UpdateDecision, type UpdateState } from "./decide-update.ts";
import { withMark } from "./request-mark.ts";

const content = { tree: "new-tree", hash: "newhash" };
const branch: UpdateBranch = { commit: "ours", tree: "old-tree", parent: "base", foreign: [] };
const foreign = [{ commit: "theirs", author: "Ann", subject: "Hold curl back" }];

function request(state: PullRequest["state"], hash?: string): PullRequest {
  const body = withMark("text", hash === undefined ? {} : { content: hash });
  return { number: 7, url: "http://host.test/7", title: "any", body, state };
}

function decide(state: Partial<UpdateState>): UpdateDecision {
  return decideUpdate({ base: "base", requests: [], isTakenOver: false, ...state });
}

suite("decideUpdate()", () => {
  const open = request("open", "oldhash");
  const same = { ...branch, tree: content.tree };
  const touched = { ...branch, foreign };
  for (const [found, state, decision] of [
    ["no change, no request", {}, { kind: "current" }],
    ["no change, a branch that is left over", { branch }, { kind: "current", removes: branch }],
    ["no change, a branch of a person", { branch: touched }, { kind: "current" }],
    ["no change, an open request", { branch, requests: [open] }, { kind: "obsolete", request: open, removes: branch }],
    ["no change, an open request without its branch", { requests: [open] }, { kind: "obsolete", request: open }],
    ["no change, merged", { branch, requests: [request("merged")] }, { kind: "current", removes: branch }],
    ["a change, nothing there", { content }, { kind: "open", isPushed: true }],
    ["a change, only the branch", { content, branch }, { kind: "open", isPushed: true }],
    ["a change, pushed but not opened", { content, branch: same }, { kind: "open", isPushed: false }],
    [
      "a change, its own branch",
      { content, branch, requests: [open] },
      { kind: "update", request: open, isPushed: true },
    ],
    ["the same", { content, branch: same, requests: [open] }, { kind: "update", request: open, isPushed: false }],
    [
      "the same, and the base has moved",
      { content, branch: { ...same, parent: "before" }, requests: [open] },
      { kind: "update", request: open, isPushed: true },
    ],
    ["its branch was deleted", { content, requests: [open] }, { kind: "update", request: open, isPushed: true }],
    [
      "a person's commit",
      { content, branch: touched, requests: [open] },
      { kind: "foreign", request: open, commits: foreign },
    ],
    ["a person's commit, no request", { content, branch: touched }, { kind: "foreign", commits: foreign }],
    [
      "a person's commit, no change any more",
      { branch: touched, requests: [open] },
      { kind: "foreign", request: open, commits: foreign },
    ],
    [
      "a person's commit, taken over",
      { content, branch: { ...touched, tree: content.tree, parent: "ours" }, requests: [open], isTakenOver: true },
      { kind: "update", request: open, isPushed: true },
    ],
    [
      "closed by a person, the same content",
      { content, branch, requests: [request("closed", "newhash")] },
      { kind: "declined", request: request("closed", "newhash") },
    ],
    [
      "closed by a person, other content",
      { content, branch, requests: [request("closed", "oldhash")] },
      { kind: "open", isPushed: true, replaces: request("closed", "oldhash") },
    ],
    ["closed as obsolete", { content, requests: [request("closed")] }, { kind: "open", isPushed: true }],
    [
      "closed by a person, the same content, and a second one by an update before that",
      { content, requests: [request("closed"), request("closed", "newhash")] },
      { kind: "declined", request: request("closed", "newhash") },
    ],
    [
      "merged, and closed before that",
      { content, requests: [request("merged", "newhash"), request("closed", "newhash")] },
      { kind: "open", isPushed: true },
    ],
    [
      "opened again after it was closed",
      { content, branch, requests: [request("closed", "newhash"), open] },
      { kind: "update", request: open, isPushed: true },
    ],
  ] satisfies readonly (readonly [string, Partial<UpdateState>, UpdateDecision])[]) {
    test(found, () => assert.deepEqual(decide(state), decision));
  }
});
