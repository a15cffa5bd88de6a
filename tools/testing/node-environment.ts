/**
 * What a Node that a test starts needs of this process's environment, where the test gives it an environment of its
 * own: nothing, except under rules_js, where `process.execPath` is a script that finds Node by these variables.
 */
export function nodeEnvironment(): Readonly<Record<string, string>> {
  const entries = Object.entries(process.env).filter(([name]) => name.startsWith("JS_BINARY__"));
  return Object.fromEntries(entries) as Record<string, string>;
}
