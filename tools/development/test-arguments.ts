/** The test files of a `run-tests` call: what stands before `--`. */
export function testFiles(argv: readonly string[]): readonly string[] {
  return argv.slice(2, separator(argv));
}

/** What a `run-tests` call has for its test files: what stands after `--`. */
export function testArguments(argv: readonly string[]): readonly string[] {
  return argv.slice(separator(argv) + 1);
}

function separator(argv: readonly string[]): number {
  const index = argv.indexOf("--");
  return index === -1 ? argv.length : index;
}
