import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { packageSbom } from "./package-sbom.ts";

const subject = {
  name: "libstdc++",
  version: "16.2.0-r0",
  architecture: "aarch64",
  url: "https://gcc.gnu.org",
  license: "GPL-3.0-or-later",
};

suite("packageSbom()", () => {
  test("lies where apko looks, and describes the package", () => {
    const { path, document } = sbomOf(subject);
    assert.equal(path, "var/lib/db/sbom/libstdc++-16.2.0-r0.spdx.json");
    const [described] = document.packages;
    assert.deepEqual(document.documentDescribes, [described.SPDXID]);
    assert.equal(described.name, "libstdc++");
    assert.equal(described.versionInfo, "16.2.0-r0");
    assert.equal(described.licenseDeclared, "GPL-3.0-or-later");
    assert.equal(described.homepage, "https://gcc.gnu.org");
    assert.equal(
      described.externalRefs[0].referenceLocator,
      "pkg:apk/wolfi/libstdc%2B%2B@16.2.0-r0?arch=aarch64",
      "purl-spec: a + is escaped",
    );
  });

  test("an identifier has letters, digits, dots and dashes only: SPDX 2.3, 7.2", () => {
    assert.equal(sbomOf(subject).document.packages[0].SPDXID, "SPDXRef-Package-libstdcC43C43-16.2.0-r0");
  });

  test("what a recipe does not say is not asserted", () => {
    const [described] = sbomOf({ ...subject, url: "", license: "" }).document.packages;
    assert.equal(described.licenseDeclared, "NOASSERTION");
    assert.equal("homepage" in described, false);
  });
});

interface Sbom {
  readonly documentDescribes: readonly string[];
  readonly packages: readonly [
    {
      readonly SPDXID: string;
      readonly name: string;
      readonly versionInfo: string;
      readonly licenseDeclared: string;
      readonly homepage?: string;
      readonly externalRefs: readonly [{ readonly referenceLocator: string }];
    },
  ];
}

function sbomOf(described: typeof subject): { readonly path: string; readonly document: Sbom } {
  const file = packageSbom(described);
  assert.ok(file.kind === "file");
  return { path: file.path, document: JSON.parse(Buffer.from(file.content).toString()) as Sbom };
}
