import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import type { Vulnerability } from "../vulnerability/find-vulnerabilities.ts";
import { exceptionBook } from "./apply-exceptions.ts";
import type { VulnerabilityException } from "./read-exceptions.ts";

suite("exceptionBook()", () => {
  const ids = fc.constantFrom("CVE-1", "CVE-2", "GHSA-1", "CGA-1");
  const names = fc.constantFrom("a", "b", "origin");
  const exceptions = fc.array(
    fc.record({
      id: ids,
      package: fc.option(names, { nil: undefined }),
      image: fc.option(fc.constantFrom("app", "tool"), { nil: undefined }),
      reason: fc.constant("r"),
      until: fc.constantFrom("2026-10-19", "2026-10-20", "2026-10-21"),
      position: fc.constant({ file: "x.yml" }),
    }),
  );
  const found = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom("CVE-1", "CVE-2"),
      aliases: fc.subarray(["CGA-1", "GHSA-1"]),
      severity: fc.constant(undefined),
      packages: fc.uniqueArray(
        fc.record({
          name: fc.constantFrom("a", "b", "c"),
          origin: names,
          version: fc.constant("1"),
          architecture: fc.constant("x86_64"),
          repository: fc.constant(""),
          fixed: fc.constant(undefined),
          status: fc.constant(""),
        }),
        { selector: ({ name }) => name, minLength: 1 },
      ),
    }),
    { selector: ({ id }) => id },
  );

  test("has every package of every vulnerability once, excepted where an exception says so", () => {
    fc.assert(
      fc.property(exceptions, found, (given, vulnerabilities) => {
        const book = exceptionBook(given, new Date("2026-10-20T23:59:00Z"));
        const { open, excepted } = book.apply(vulnerabilities, "app");
        assert.deepEqual([...keysOf(open), ...keysOf(excepted)].sort(), keysOf(vulnerabilities).sort());
        for (const { id, aliases, packages, exception } of excepted) {
          assert.ok([id, ...aliases].includes(exception.id));
          assert.ok(exception.until >= "2026-10-20" && exception.image !== "tool");
          for (const { name, origin } of packages) {
            assert.ok(exception.package === undefined || [name, origin].includes(exception.package));
          }
        }
        for (const vulnerability of open) {
          for (const { name, origin } of vulnerability.packages) {
            assert.ok(!given.some((exception) => fits(exception, vulnerability, [name, origin])));
          }
        }
      }),
    );
  });

  function fits(
    { id, package: name, image, until }: VulnerabilityException,
    vulnerability: Vulnerability,
    called: readonly string[],
  ): boolean {
    const isNamed = [vulnerability.id, ...vulnerability.aliases].includes(id);
    return isNamed && image !== "tool" && until >= "2026-10-20" && (name === undefined || called.includes(name));
  }
});

function keysOf(vulnerabilities: readonly Vulnerability[]): string[] {
  return vulnerabilities.flatMap(({ id, packages }) => packages.map(({ name }) => `${id} ${name}`));
}
