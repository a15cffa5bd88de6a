import { isAbsolute, join } from "node:path";

/**
 * Where what servers send is kept, by the XDG Base Directory Specification: `$XDG_CACHE_HOME`, which counts only if it
 * is absolute, otherwise `~/.cache`.
 *
 * @returns undefined for somebody without a home
 */
export function cacheFolder(environment: NodeJS.ProcessEnv): string | undefined {
  const { XDG_CACHE_HOME: caches = "", HOME: home = "" } = environment;
  if (isAbsolute(caches)) return join(caches, "wolfi", "repository");
  return isAbsolute(home) ? join(home, ".cache", "wolfi", "repository") : undefined;
}
