import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type NewTarEntry, writeTar } from "../../apk/write-tar.ts";

/** A small base image as apko would build it from {@link SAMPLE_CONFIGURATION}; tests change a part of it. */
export interface SampleImage {
  readonly layers: readonly (readonly NewTarEntry[])[];
  /** Layers as they are, instead. */
  readonly tars?: readonly Uint8Array[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const SAMPLE_CONFIGURATION = `
contents:
  repositories: [http://packages.test/os]
  packages: [app]
archs: [x86_64]
accounts:
  groups: [{ groupname: web, gid: 101 }]
  users: [{ username: web, uid: 100, gid: 101 }]
  run-as: web
paths:
  - { path: /data, type: directory, uid: 100, gid: 101, permissions: 0o750 }
  - { path: /now, type: symlink, source: data }
environment: { LANG: C.UTF-8 }
entrypoint: { command: /bin/app -v }
cmd: serve
work-dir: /data
annotations: { title: sample }
`;

export const SAMPLE_LOCKFILE: string = JSON.stringify({
  version: "v1",
  contents: {
    packages: ["app", "app-data"].map((name) => ({
      name,
      version: "1.0-r0",
      architecture: "x86_64",
      url: `http://packages.test/os/x86_64/${name}-1.0-r0.apk`,
      control: {},
      data: {},
      checksum: `Q1${name}`,
    })),
  },
});

export const SAMPLE_DATABASE: string = `P:app
V:1.0-r0
A:x86_64
T:an app
C:Q1app
F:
R:link
a:0:0:0777
Z:${checksum("bin/app")}
F:bin
R:app
a:0:0:0755
Z:${checksum("program")}
F:etc
R:group
Z:${checksum("root:x:0:\n")}
R:passwd
Z:${checksum("root:x:0:0:root:/root:/bin/sh\n")}

P:app-data
V:1.0-r0
A:x86_64
T:a placeholder
C:Q1app-data
F:usr
F:usr/share
F:usr/share/wolfi-placeholder
R:app-data
Z:${checksum("none")}
`;

export function sampleImage(): SampleImage {
  return {
    layers: [
      [
        directory("bin", {}),
        file("bin/app", "program", { mode: 0o755 }),
        directory("data", { mode: 0o750, uid: 100, gid: 101 }),
        directory("etc", {}),
        file("etc/group", "root:x:0:\nweb:x:101:\n", {}),
        file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nweb:x:100:101:by apko:/home/web:/bin/sh\n", {}),
        link("link", "bin/app"),
        link("now", "data"),
        directory("usr", {}),
        directory("usr/lib/apk/db", {}),
        file("usr/lib/apk/db/installed", SAMPLE_DATABASE, {}),
        directory("usr/share", {}),
        directory("usr/share/wolfi-placeholder", {}),
        file("usr/share/wolfi-placeholder/app-data", "none", {}),
      ],
    ],
    config: {
      Entrypoint: ["/bin/app", "-v"],
      Cmd: ["serve"],
      Env: ["LANG=C.UTF-8", "PATH=/bin"],
      User: "100",
      WorkingDir: "/data",
      Labels: { title: "sample", "dev.wolfi.placeholders": "app-data" },
    },
    annotations: { title: "sample" },
  };
}

type Attributes = Partial<Pick<NewTarEntry, "mode" | "uid" | "gid">>;
const ROOT = { uid: 0, gid: 0, userName: "root", groupName: "root", modifiedSeconds: 0 };

export function file(path: string, content: string, attributes: Attributes): NewTarEntry {
  return { kind: "file", path, content: Buffer.from(content), mode: 0o644, ...ROOT, ...attributes };
}

export function directory(path: string, attributes: Attributes): NewTarEntry {
  return { kind: "directory", path, mode: 0o755, ...ROOT, ...attributes };
}

export function link(path: string, target: string): NewTarEntry {
  return { kind: "symlink", path, target, mode: 0o777, ...ROOT };
}

/** Writes an image as rules_oci does: the layers lie elsewhere, and the layout holds links to them. */
export async function writeImageLayout(
  folder: string,
  { layers, config, annotations, ...given }: SampleImage,
  mediaType = "application/vnd.oci.image.layer.v1.tar+gzip",
): Promise<void> {
  const blobs = join(folder, "blobs/sha256");
  await mkdir(blobs, { recursive: true });
  await mkdir(`${folder}-layers`, { recursive: true });
  const tars = given.tars ?? layers.map((entries) => writeTar(entries, { isEnded: true }));
  const packed = tars.map((tar) => pack(tar, mediaType));
  for (const bytes of packed) {
    await writeFile(join(`${folder}-layers`, hex(bytes)), bytes);
    await symlink(join(`${folder}-layers`, hex(bytes)), join(blobs, hex(bytes)));
  }
  const store = async (type: string, value: unknown): Promise<unknown> => {
    const bytes = Buffer.from(JSON.stringify(value));
    await writeFile(join(blobs, hex(bytes)), bytes);
    return descriptor(type, bytes);
  };
  const isDocker = mediaType.startsWith("application/vnd.docker.");
  const settings = await store(
    isDocker ? "application/vnd.docker.container.image.v1+json" : "application/vnd.oci.image.config.v1+json",
    {
      architecture: "amd64",
      os: "linux",
      config,
      rootfs: { type: "layers", diff_ids: tars.map((tar) => `sha256:${hex(tar)}`) },
    },
  );
  const type = isDocker
    ? "application/vnd.docker.distribution.manifest.v2+json"
    : "application/vnd.oci.image.manifest.v1+json";
  const manifest = { schemaVersion: 2, mediaType: type, config: settings, annotations };
  const stored = await store(type, { ...manifest, layers: packed.map((bytes) => descriptor(mediaType, bytes)) });
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [stored] };
  await writeFile(join(folder, "index.json"), JSON.stringify({ ...index, annotations }));
}

function pack(tar: Uint8Array, mediaType: string): Uint8Array {
  if (mediaType.endsWith("gzip")) return gzipSync(tar);
  return mediaType.endsWith("zstd") ? zstdCompressSync(tar) : tar;
}

function descriptor(mediaType: string, bytes: Uint8Array): unknown {
  return { mediaType, digest: `sha256:${hex(bytes)}`, size: bytes.length };
}

function hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function checksum(text: string): string {
  return `Q1${createHash("sha1").update(text).digest("base64")}`;
}
