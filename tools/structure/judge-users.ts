import type { Account } from "../image/accounts.ts";
import type { UserTest } from "./structure-configuration.ts";
import { resultOf, type TestResult } from "./test-result.ts";

/** Judges a line of /etc/passwd. */
export function judgeUser(test: UserTest, accounts: readonly Account[]): TestResult {
  const name = `User Test: ${test.name}`;
  const account = accounts.find((entry) => entry.name === test.user);
  if (account === undefined) {
    const there = accounts.map((entry) => entry.name).join(", ") || "none";
    return resultOf(name, test.position, "", [`/etc/passwd must have a user ${test.user}, and has ${there}`]);
  }
  const failures = (["uid", "gid", "home", "shell"] as const)
    .filter((field) => test[field] !== undefined && test[field] !== account[field])
    .map((field) => `the ${field} of ${test.user} must be ${test[field]}, and is ${account[field]}`);
  const found = `${account.name} ${account.uid}:${account.gid} ${account.home} ${account.shell}`;
  return resultOf(name, test.position, found, failures);
}
