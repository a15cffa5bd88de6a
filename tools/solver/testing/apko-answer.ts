import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runApko } from "../../testing/apko-oracle.ts";
import type { Solution } from "../solve.ts";

export interface ApkoQuestion {
  /** A folder of this question's own, for the configuration and apko's files; it may be missing. */
  readonly folder: string;
  /** Lines as in a configuration: `@label /path`. */
  readonly repositories: readonly string[];
  /** Path of the public key that all of them are signed with. */
  readonly keyring: string;
  readonly world: readonly string[];
}

/** Asks real apko which packages it would install for x86_64, and gives its answer as {@link answerText} gives ours. */
export async function apkoAnswer({ folder, repositories, keyring, world }: ApkoQuestion): Promise<string> {
  await mkdir(folder, { recursive: true });
  const contents = { repositories, keyring: [keyring], packages: world };
  // JSON is YAML too.
  await writeFile(join(folder, "image.yaml"), JSON.stringify({ contents, archs: ["x86_64"] }));
  const format = "{{ .Name }}={{ .Version }} {{ .Source }}";
  const run = await runApko(["show-packages", "--format", format, "image.yaml"], { folder, home: folder });
  if (run.exitCode === 0) return run.stdout;
  const reason =
    /^Error: failed to get package list for image: resolving apk packages: for arch "amd64": ([^]*?)\n[^\n]* INFO error during command execution: /m;
  const match = reason.exec(run.stderr);
  if (match === null) throw new Error(`apko failed for another reason: ${run.stderr}`);
  return `unsatisfiable: ${match[1]}`;
}

/** Writes a solution down: a line for each package with where it lies, or the reason why there is none. */
export function answerText(solution: Solution): string {
  if (solution.kind === "unsatisfiable") return `unsatisfiable: ${solution.reason}`;
  return solution.packages
    .map(({ package: { name, version }, index }) => `${name}=${version} ${index.url}/${name}-${version}.apk\n`)
    .join("");
}
