import { WolfiError } from "../error/wolfi-error.ts";

/** Where an image is pushed. */
export interface PushReference {
  /** `registry.example.com/team/gitserver`. */
  readonly repository: string;
  readonly tag: string | undefined;
}

/**
 * Reads `REGISTRY/PATH[:TAG]`, as https://github.com/distribution/reference has it.
 *
 * @throws WolfiError `PUSH_REFERENCE`, which does not show a login that is in it
 */
export function readPushReference(text: string): PushReference {
  if (/@|:\/\//.test(text)) throw problem("it has a scheme, a login or a digest");
  const slash = text.lastIndexOf("/");
  const colon = text.indexOf(":", slash + 1);
  const [repository, tag] = colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
  const [registry = "", ...path] = repository.split("/");
  if (path.length === 0 || !(registry === "localhost" || /[.:]/.test(registry))) {
    throw problem(`"${text}" names no registry`, 'Docker Hub is "index.docker.io/NAME/IMAGE". ');
  }
  if (!/^[A-Za-z0-9.-]+(:\d+)?$/.test(registry)) throw problem(`"${registry}" is no registry`);
  if (!path.every((part) => /^[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*$/.test(part))) {
    throw problem(`"${path.join("/")}" is no repository: lower case letters, digits and . _ - between them`);
  }
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) throw problem(`"${tag}" is no tag`);
  return { repository, tag };
}

function problem(reason: string, hint = ""): WolfiError {
  return new WolfiError("PUSH_REFERENCE", `Cannot push image: ${reason}`, {
    kind: "input",
    cure: `${hint}It has to be REGISTRY/PATH[:TAG], e.g. registry.example.com/team/gitserver:try`,
  });
}
