// Writes repository/ and image.lock.json. From this workspace's root: WOLFI_APKO=… node image/make-repository.ts
import { serveFiles } from "../../../tools/testing/file-server.ts";
import { runApko } from "../../../tools/testing/apko-oracle.ts";
import { temporaryFolder } from "../../../tools/testing/temporary-folder.ts";
import { writeTestRepository } from "../../../tools/testing/test-repository.ts";

const content = Buffer.from("#!/bin/sh\necho tiny\n");
await writeTestRepository(
  "image/repository",
  [{ name: "tiny", files: [{ kind: "file", path: "usr/bin/tiny", mode: 0o755, content }] }],
  { architectures: ["x86_64", "aarch64"] },
);

await using home = await temporaryFolder();
await using server = await serveFiles("image/repository", { proxiedUrl: "http://packages.test/os" });
const args = ["lock", "image/image.yaml", "--output", "image/image.lock.json"];
const { exitCode, stderr } = await runApko(args, { folder: ".", home: home.path, proxy: server.url });
if (exitCode !== 0) throw new Error(stderr);
