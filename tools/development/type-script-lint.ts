import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";

interface OxlintReport {
  readonly diagnostics: readonly {
    readonly message: string;
    readonly code: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number; readonly column: number } }[];
  }[];
  readonly number_of_files: number;
}

/**
 * Lints TypeScript files with the workspace's .oxlintrc.json and types.
 *
 * @returns for each file with findings, a line each: `3:7 message (rule)`
 * @throws Error where oxlint passed over a file, so that nothing goes unseen
 */
export async function lintTypeScript(files: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const require = createRequire(import.meta.url);
  const oxlint = join(dirname(require.resolve("oxlint/package.json")), "bin", "oxlint");
  const tsgolint = createRequire(require.resolve("oxlint-tsgolint/package.json")).resolve(
    `@oxlint-tsgolint/${process.platform}-${process.arch}/tsgolint`,
  );
  const child = spawn(
    process.execPath,
    [oxlint, "--type-aware", "--config=.oxlintrc.json", "--format=json", "--no-ignore", ...files],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, OXLINT_TSGOLINT_PATH: tsgolint } },
  );
  const report = (await json(child.stdout)) as OxlintReport;
  if (report.number_of_files !== files.length) {
    throw new Error(`oxlint looked at ${report.number_of_files} files of ${files.length}`);
  }
  const findings = new Map<string, string[]>();
  for (const { filename, labels, message, code } of report.diagnostics) {
    const span = labels[0]?.span;
    const finding = `${span?.line ?? 0}:${span?.column ?? 0} ${message} (${code})`;
    findings.set(filename, [...(findings.get(filename) ?? []), finding]);
  }
  return findings;
}
