/** Variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A person's environment: without what Bazel and rules_js add for a program that `bazel run` starts. A Bazel that is
 * called with it does what it does for the person, and fetches nothing anew because a variable differs.
 */
export function ownEnvironment(environment: Environment): Environment {
  const own = Object.entries(environment).filter(([name]) => !FOREIGN.test(name));
  const { PATH: path } = environment;
  // rules_js puts a folder before it that holds a script for Node.
  const folders = path?.split(":").filter((folder) => !folder.includes(".runfiles/"));
  return { ...Object.fromEntries(own), ...(folders === undefined ? {} : { PATH: folders.join(":") }) };
}

const FOREIGN =
  /^(BUILD_WORKSPACE_DIRECTORY|BUILD_WORKING_DIRECTORY|BUILD_EXECROOT|BAZEL_(?!REMOTE|SH$)|JS_BINARY__|RUNFILES|TEST_|WOLFI_MODULE_FILE$|WOLFI_REPOSITORY_MAP$)/;
