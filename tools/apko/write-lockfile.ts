import type { LockedKey, LockedPackage, LockedRepository, LockedSegment, Lockfile } from "./lockfile.ts";

/** The bytes of a lockfile, exactly as apko writes them: its order of fields, Go's JSON escapes, a newline at the end. */
export function writeLockfile({ version, config, contents }: Lockfile): string {
  const ordered = {
    version,
    ...(config === undefined ? {} : { config: { name: config.name, checksum: config.checksum } }),
    contents: {
      keyring: contents.keyring.map(orderKey),
      build_repositories: contents.build_repositories.map(orderRepository),
      runtime_repositories: contents.runtime_repositories.map(orderRepository),
      repositories: contents.repositories.map(orderRepository),
      packages: contents.packages.map(orderPackage),
    },
  };
  return `${escapeAsGo(JSON.stringify(ordered, null, 2))}\n`;
}

/** Go's encoding/json escapes what could end a script element or a line of JavaScript. Structure has none of these. */
function escapeAsGo(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function orderKey({ name, url, content }: LockedKey): object {
  return { name, url, ...(content === "" ? {} : { content }) };
}

function orderRepository({ name, url, architecture }: LockedRepository): object {
  return { name, url, architecture };
}

function orderPackage({ name, url, version, architecture, signature, control, data, checksum }: LockedPackage): object {
  return {
    name,
    url,
    version,
    architecture,
    signature: orderSegment(signature),
    control: orderSegment(control),
    data: orderSegment(data),
    checksum,
  };
}

function orderSegment({ range, checksum }: LockedSegment): object {
  return { range, checksum };
}
