import type { PackageFile } from "../apk/write-package.ts";

export interface SbomSubject {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly url: string;
  /** An SPDX expression. */
  readonly license: string;
}

/**
 * Writes the document that a package carries about itself: apko puts what the packages say together to the SBOM of an
 * image, and leaves out a package that says nothing.
 *
 * SPDX 2.3: https://spdx.github.io/spdx-spec/v2.3/; the path is where apko looks (pkg/sbom/generator/spdx/spdx.go).
 */
export function packageSbom({ name, version, architecture, url, license }: SbomSubject): PackageFile {
  const id = `SPDXRef-Package-${name}-${version}`.replaceAll(/[^A-Za-z0-9.-]/g, (c) => `C${c.charCodeAt(0)}`);
  const document = {
    SPDXID: "SPDXRef-DOCUMENT",
    name: `apk-${name}-${version}`,
    spdxVersion: "SPDX-2.3",
    creationInfo: { created: "1970-01-01T00:00:00Z", creators: ["Tool: wolfi package build"] },
    dataLicense: "CC0-1.0",
    documentNamespace: `https://spdx.org/spdxdocs/wolfi-package-build/${architecture}/${name}-${version}`,
    documentDescribes: [id],
    packages: [
      {
        SPDXID: id,
        name,
        versionInfo: version,
        filesAnalyzed: false,
        licenseConcluded: "NOASSERTION",
        licenseDeclared: license || "NOASSERTION",
        downloadLocation: "NOASSERTION",
        ...(url === "" ? {} : { homepage: url }),
        copyrightText: "NOASSERTION",
        externalRefs: [
          {
            referenceCategory: "PACKAGE-MANAGER",
            referenceType: "purl",
            referenceLocator: `pkg:apk/wolfi/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
          },
        ],
      },
    ],
    relationships: [{ spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: id }],
  };
  return {
    kind: "file",
    path: `var/lib/db/sbom/${name}-${version}.spdx.json`,
    content: Buffer.from(`${JSON.stringify(document, null, 2)}\n`),
  };
}
