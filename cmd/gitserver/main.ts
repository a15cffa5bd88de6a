import { once } from "node:events";
import { formatLogEntry, type LogEntry } from "./log.ts";
import { startGitServer } from "./server.ts";
import { describeSettings, readSettings, type Settings } from "./settings.ts";

const HELP = `gitserver: a read-only git server over smart HTTP

It serves the repositories below one folder: git clone http://HOST:PORT/NAME
It takes no arguments. These environment variables set it up (default in brackets):

${describeSettings()}
GET /healthz gives 200 when git runs and the folder can be read. SIGTERM and SIGINT stop it when the running
clones and fetches are done; a second one stops it at once.
`;

void run();

async function run(): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    log({
      level: "error",
      message: "Cannot go on",
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    process.exitCode = 1;
  }
}

/** 0 done, 1 the server failed, 2 the call or the settings are wrong. */
async function main(parameters: readonly string[]): Promise<number> {
  if (parameters.length === 1 && (parameters[0] === "--help" || parameters[0] === "-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  const result = readSettings(process.env);
  const problems = [
    ...(parameters.length === 0 ? [] : [`There are no arguments but --help: ${JSON.stringify(parameters[0])}`]),
    ...(result.kind === "invalid" ? result.problems : []),
  ];
  if (result.kind === "invalid" || problems.length > 0) {
    process.stderr.write(problems.map((problem) => `gitserver: ${problem}\n`).join(""));
    return 2;
  }
  return await serve(result.settings);
}

async function serve(settings: Settings): Promise<number> {
  const searchPath = process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  // Before anything else: the first process of a container ignores signals that it does not handle.
  const firstSignal = nextSignal();
  const server = await startGitServer({ settings, searchPath, log, now: () => performance.now() }).catch(
    (error: unknown) => {
      const address = `${settings.host}:${settings.port}`;
      log({ level: "error", message: `Cannot listen on ${address}`, error: String(error) });
    },
  );
  if (server === undefined) return 1;
  log({ level: "info", message: `Listening on ${server.url}` });
  for (const problem of await server.checkHealth()) log({ level: "warn", message: "Not ready.", error: problem });

  const atOnce = new AbortController();
  const name = await firstSignal;
  void nextSignal().then(() => atOnce.abort());
  log({ level: "info", message: `Stopping on ${name}: running requests have ${settings.stopTimeoutMs / 1000} s.` });
  const cutOff = await server.stop(AbortSignal.any([AbortSignal.timeout(settings.stopTimeoutMs), atOnce.signal]));
  log({ level: "info", message: `Stopped. Requests cut off: ${cutOff}` });
  return 0;
}

async function nextSignal(): Promise<string> {
  const waiting = new AbortController();
  const options = { signal: waiting.signal };
  const names = ["SIGTERM", "SIGINT"] as const;
  const first = await Promise.race(names.map((name) => once(process, name, options).then(() => name)));
  waiting.abort();
  return first;
}

function log(entry: LogEntry): void {
  process.stdout.write(formatLogEntry(new Date(), entry));
}
