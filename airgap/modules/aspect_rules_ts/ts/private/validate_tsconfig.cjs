// Compares a ts_project's attributes with its tsconfig, since Bazel has to know what tsc will write:
// node validate_tsconfig.cjs TSCONFIG MARKER LABEL ATTRIBUTES
// MARKER is written when all agree. ATTRIBUTES is JSON: name of a compiler option → [attribute, value].
const { writeFileSync } = require("node:fs");
const ts = require("typescript");

const [tsconfig, marker, label, attributes] = process.argv.slice(2);

const parsed = ts.getParsedCommandLineOfConfigFile(tsconfig, undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (problem) => stop([ts.flattenDiagnosticMessageText(problem.messageText, "\n")]),
});
const NO_SOURCES = [18002, 18003]; // "files is empty", "no inputs were found": the sources are not here.
const errors = parsed.errors.filter((problem) => !NO_SOURCES.includes(problem.code));
if (errors.length > 0) stop(errors.map((problem) => ts.flattenDiagnosticMessageText(problem.messageText, "\n")));

stop(
  Object.entries(JSON.parse(attributes))
    .filter(([option, [, value]]) => (parsed.options[option] ?? false) !== value)
    .map(
      ([option, [attribute, value]]) =>
        `attribute ${attribute}=${value} does not match compilerOptions.${option}=${parsed.options[option] ?? false}`,
    ),
);
writeFileSync(marker, "");

function stop(problems) {
  if (problems.length === 0) return;
  console.error(`ERROR: ${label} and ${tsconfig} disagree:`);
  for (const problem of problems) console.error(`- ${problem}`);
  process.exit(1);
}
