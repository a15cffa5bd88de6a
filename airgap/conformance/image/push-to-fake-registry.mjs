// Calls the two pushes against a registry that takes everything, and prints what they left there.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const manifests = new Map();
const blobs = new Set();
const said = [];

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://registry");
  const [kind, reference] = pathname.split("/").slice(-2);
  const chunks = await request.toArray();
  const manifest = manifests.get(reference);
  const answer = (status, headers = {}, body = "") => response.writeHead(status, headers).end(body);
  if (pathname === "/v2/") return answer(200);
  if (kind === "manifests" && request.method === "PUT") {
    const bytes = Buffer.concat(chunks);
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    for (const name of [reference, digest])
      manifests.set(name, { bytes, digest, type: request.headers["content-type"] });
    said.push(`${pathname.split("/").slice(2).join("/")} is ${digest}`);
    return answer(201, { "docker-content-digest": digest });
  }
  if (kind === "manifests" && manifest !== undefined) {
    const headers = {
      "content-type": manifest.type,
      "docker-content-digest": manifest.digest,
      "content-length": manifest.bytes.length,
    };
    return answer(200, headers, request.method === "GET" ? manifest.bytes : "");
  }
  if (request.method === "POST") return answer(202, { location: `${pathname}upload` });
  if (request.method === "PATCH") return answer(202, { location: pathname });
  if (request.method === "PUT") {
    blobs.add(searchParams.get("digest"));
    return answer(201);
  }
  return answer(404);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const repository = `localhost:${server.address().port}/other`;

await push("PUSH", ["--repository", `${repository}/image`, "--tag", "given"]);
await push("PUSH_INDEX", [`--repository=${repository}/index`, "-t", "given"]);
said.push("and the blobs", ...[...blobs].sort());
console.log(said.join("\n"));
server.close();
server.closeAllConnections();

async function push(variable, args) {
  said.push(`${process.env[variable]}:`);
  const child = spawn(process.env[variable], args, { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) said.push(`failed with ${code}`);
}
