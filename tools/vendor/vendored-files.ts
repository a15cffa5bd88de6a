import { parseRange, type Segment } from "../apk/package-head.ts";
import { checksumHex } from "../apk/segment-checksum.ts";
import type { LockedPackage, LockedSegment } from "../apko/lockfile.ts";
import { vendoredPath } from "../repository/vendored-path.ts";

/**
 * How a vendored folder is laid out: as repositories, `HOST/PATH/ARCHITECTURE/NAME-VERSION.apk`, or for Bazel's
 * `--distdir`, each segment a file by the name that wolfi/private/segment_repository.bzl downloads it to.
 */
export type VendorLayout = "repositories" | "distdir";

export interface PackageSegment extends Segment {
  readonly kind: "signature" | "control" | "data";
}

/** A file of a vendored folder: one or all segments of a package. */
export interface VendorFile {
  /** Below the folder. */
  readonly path: string;
  readonly segments: readonly PackageSegment[];
}

/** The segments of a package without problems (check-segments.ts): they follow each other from the first byte on. */
export function segmentsOf({ signature, control, data }: LockedPackage): readonly PackageSegment[] {
  return [
    ...(signature.range === "" ? [] : [segmentOf("signature", signature)]),
    segmentOf("control", control),
    segmentOf("data", data),
  ];
}

function segmentOf(kind: PackageSegment["kind"], { range, checksum }: LockedSegment): PackageSegment {
  return { kind, ...parseRange(range)!, checksum };
}

/** @param url without a credential */
export function vendoredFiles(
  url: string,
  segments: readonly PackageSegment[],
  layout: VendorLayout,
): readonly VendorFile[] {
  const path = vendoredPath(url);
  if (path === undefined || segments.length === 0) return [];
  if (layout === "repositories") return [{ path, segments }];
  const control = segments.find(({ kind }) => kind === "control")!;
  return segments.map((segment) => ({ path: distdirName(segment, control), segments: [segment] }));
}

/** A signature is found by the control segment that it signs, as in apko's cache. */
function distdirName(segment: PackageSegment, control: PackageSegment): string {
  const { checksum } = segment.kind === "signature" ? control : segment;
  return (
    checksumHex(checksum) + { signature: ".sig.tar.gz", control: ".ctl.tar.gz", data: ".dat.tar.gz" }[segment.kind]
  );
}
