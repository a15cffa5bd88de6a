import { parseHttpAuth } from "./credentials.ts";
import { folderSource } from "./folder-source.ts";
import { httpSource } from "./http-source.ts";
import { mappedSource } from "./mapped-source.ts";
import { retry, type Wait } from "./retry.ts";
import { isHttpUrl, type Source } from "./source.ts";

export interface OpenSourceOptions {
  /** What relative paths of repositories and keys start from. */
  readonly workingDirectory: string;
  /** URL prefix → folder that holds what lies under it. @default none */
  readonly folders?: ReadonlyMap<string, string>;
  /** What a person does when a file is missing in one of the folders. */
  readonly foldersCure?: string;
  /** The value of the environment variable `HTTP_AUTH`. */
  readonly httpAuth?: string | undefined;
  /** How a retry waits. @default a timer */
  readonly wait?: Wait;
}

/** Everything a configuration may name: mapped URLs from their folders, other URLs over HTTP, and local paths. */
export function openSource(options: OpenSourceOptions): Source {
  const { workingDirectory, folders = new Map<string, string>(), foldersCure, httpAuth, wait } = options;
  const credential = parseHttpAuth(httpAuth);
  const http = retry(
    httpSource(credential === undefined ? {} : { credentials: [credential] }),
    wait === undefined ? {} : { wait },
  );
  const local = folderSource({ workingDirectory });
  const unmapped: Source = {
    read: (url, readOptions) => (isHttpUrl(url) ? http : local).read(url, readOptions),
  };
  return mappedSource(folders, unmapped, foldersCure === undefined ? {} : { cure: foldersCure });
}
