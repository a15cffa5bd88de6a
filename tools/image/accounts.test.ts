import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findIdentity, parseAccounts, parseGroups } from "./accounts.ts";

const accounts = parseAccounts(
  "root:x:0:0:root:/root:/bin/sh\nweb:x:100:101:by apko:/home/web:/bin/sh\nbroken\n\n7:x:8:9::/:\n",
);
const groups = parseGroups("root:x:0:\nweb:x:101:\ndocker:x:500:web,other\n");

suite("findIdentity()", () => {
  for (const [user, uid, gids] of [
    ["", 0, [0]],
    ["root", 0, [0]],
    ["web", 100, [101, 500]],
    ["100", 100, [101, 500]],
    ["100:0", 100, [0]],
    ["web:docker", 100, [500]],
    ["4711", 4711, [0]],
    ["4711:4712", 4711, [4712]],
    ["7", 7, [0]],
    ["8", 8, [9]],
  ] as const) {
    test(`"${user}" is ${uid}`, () => {
      assert.deepEqual(findIdentity(user, accounts, groups), { identity: { uid, gids: new Set(gids) } });
    });
  }
  for (const [user, reason] of [
    ["nobody", 'there is no user "nobody" in /etc/passwd'],
    ["web:staff", 'there is no group "staff" in /etc/group'],
  ] as const) {
    test(`"${user}" is nobody`, () => assert.deepEqual(findIdentity(user, accounts, groups), { reason }));
  }
});
