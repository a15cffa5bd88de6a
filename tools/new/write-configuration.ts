import { isMap, isScalar, type ParsedNode, type Scalar } from "yaml";
import { type ImageConfiguration, imageConfigurationFormat } from "../apko/image-configuration.ts";
import { findPair } from "../edit/package-list.ts";
import { quote } from "../edit/quote-entry.ts";
import { changeText, lineEnding, type TextChange } from "../edit/text-change.ts";
import { parseYaml } from "../yaml/document.ts";

/**
 * Makes the configuration of an image from that of another one: a copy, apart from what is about the other one alone,
 * which is the comment at the top, and its title and description.
 *
 * @param bytes a configuration that can be read
 */
export function copyConfiguration(bytes: Uint8Array, name: string): Uint8Array {
  const document = parseYaml(bytes, "", imageConfigurationFormat, [])!;
  const text = new TextDecoder().decode(bytes);
  const annotations = childOf(document.root, "annotations");
  const changes = annotations === undefined ? [] : annotationChanges(annotations, name);
  const changed = changes.toSorted((a, b) => b.start - a.start).reduce(changeText, text);
  return Buffer.from(withComment(changed, purposeOf(name)));
}

/** What a new image is made of where there is none to begin with. */
export interface BasicConfiguration {
  /** Of a file that says where packages come from, and perhaps more; its path from the workspace root. */
  readonly included: { readonly path: string; readonly configuration: ImageConfiguration } | undefined;
  /** Path, from the configuration, of the JSON schema that editors take for it. */
  readonly schema: string | undefined;
}

/** Makes a configuration with what nearly every image needs, and a user that is not root. */
export function basicConfiguration(name: string, { included, schema }: BasicConfiguration): Uint8Array {
  const sections = [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    `# ${purposeOf(name)}.`,
    ...(included === undefined ? [] : [`include: ${included.path}`, ""]),
    "contents:",
    ...(included === undefined ? wolfiRepository : []),
    "  packages:",
    "    - ca-certificates-bundle",
    "    - wolfi-baselayout",
    "",
    ...(included !== undefined && included.configuration.accounts.users.length > 0 ? [] : accounts),
    "environment:",
    "  PATH: /usr/local/bin:/usr/bin:/bin",
    "  SSL_CERT_FILE: /etc/ssl/certs/ca-certificates.crt",
    ...(included !== undefined && included.configuration.archs.length > 0 ? [] : architectures),
  ];
  return Buffer.from(`${sections.join("\n")}\n`);
}

const wolfiRepository = [
  "  repositories:",
  "    - https://packages.wolfi.dev/os",
  "  keyring:",
  "    - https://packages.wolfi.dev/os/wolfi-signing.rsa.pub",
];

const accounts = [
  "accounts:",
  "  groups:",
  "    - groupname: nonroot",
  "      gid: 65532",
  "  users:",
  "    - username: nonroot",
  "      uid: 65532",
  "      gid: 65532",
  "  run-as: nonroot",
  "",
];

const architectures = ["", "archs:", "  - x86_64", "  - aarch64"];

function purposeOf(name: string): string {
  return `What ${name} needs to run`;
}

function annotationChanges(annotations: ParsedNode, name: string): readonly TextChange[] {
  const values = [
    ["title", name],
    ["description", purposeOf(name)],
  ] as const;
  return values.flatMap(([key, value]) => {
    const node = childOf(annotations, `org.opencontainers.image.${key}`);
    if (node === undefined || !isScalar(node) || node.type === "BLOCK_FOLDED" || node.type === "BLOCK_LITERAL")
      return [];
    return [{ start: node.range[0], end: node.range[1], text: quoteText(value, node) }];
  });
}

/** Words with spaces need no quotes of their own. */
function quoteText(value: string, { type }: Scalar): string {
  return type === "PLAIN" ? value : quote(value, type);
}

function childOf(node: ParsedNode, name: string): ParsedNode | undefined {
  if (!isMap(node)) return undefined;
  return findPair(node, name)?.value ?? undefined;
}

/** What programs read stays at the top, and whose the file is. */
function withComment(text: string, comment: string): string {
  const eol = lineEnding(text);
  const lines = text.split(/(?<=\n)/);
  const end = lines.findIndex((line) => !line.startsWith("#"));
  const header = lines.slice(0, end === -1 ? lines.length : end);
  if (/copyright|licen[cs]e|spdx/i.test(header.join(""))) return text;
  const kept = header.filter((line) => /^#\s*yaml-language-server:/.test(line));
  return [...kept, `# ${comment}.${eol}`, ...lines.slice(header.length)].join("");
}
