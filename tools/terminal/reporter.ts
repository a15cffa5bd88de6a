import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Position, WolfiError } from "../error/wolfi-error.ts";
import { foldProblems } from "./fold-problems.ts";
import { formatProblem, printable } from "./format-problem.ts";
import { type Style, styleFor } from "./style.ts";
import { annotationCommand, type AnnotationLevel, problemCommand } from "./workflow-command.ts";

/** A stream that may be a terminal. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Of a stream of this process: what another program is started with, so that a terminal stays one for it. */
  readonly fd?: number;
}

/** How problems are written: for people, or for the workflows of GitHub, which show them beside the line. */
export type ProblemFormat = "text" | "github";

/** The only thing that writes for people and scripts. */
export interface Reporter {
  /** Colours for {@link result}. */
  readonly style: Style;
  /** A line of what was asked for, on the standard output. */
  result(line: string): void;
  /** A line about how it goes, on the standard error; silent where the person asked for quiet. */
  note(line: string): void;
  warning(text: string): void;
  /** Each distinct one; of many alike, the first and how many more there are. */
  problems(problems: readonly WolfiError[]): void;
  /** What was found that is no problem of the call, where problems are for workflows. People read it in the results. */
  finding(level: AnnotationLevel, text: string, position?: Position): void;
  /** Replaces the status, which only a terminal shows, ten times a second at most; it may have several lines. "" removes it. */
  progress(status: string): void;
}

export interface ReporterOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly isQuiet: boolean;
  /** What the files of positions are relative to. */
  readonly folder: string;
  /** @default "text" */
  readonly problemFormat?: ProblemFormat | undefined;
  /** `TERM=dumb`: a terminal that removes no line. @default any other */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export function createReporter(options: ReporterOptions): Reporter {
  const { stdout, stderr, isQuiet, folder, environment = {} } = options;
  const isForWorkflow = options.problemFormat === "github";
  const errorStyle = styleFor(stderr, environment);
  const hasStatus = stderr.isTTY === true && !isQuiet && environment["TERM"] !== "dumb";
  let status = "";
  let shownCount = 1;
  let next = "";
  let timer: NodeJS.Timeout | undefined;
  /** Nothing may be written on the line of the status. */
  function write(stream: OutputStream, line: string): void {
    const kept = status;
    showStatus("");
    stream.write(`${line}\n`);
    showStatus(kept);
  }
  function showStatus(text: string): void {
    if (text === status) return;
    const shown = fitted(text, stderr);
    stderr.write(`\r\u001b[2K${"\u001b[1A\u001b[2K".repeat(shownCount - 1)}${shown.join("\n")}`);
    status = text;
    shownCount = shown.length;
  }
  return {
    style: styleFor(stdout, environment),
    result: (line) => write(stdout, line),
    note: (line) => {
      if (!isQuiet) write(stderr, printable(line));
    },
    warning: (text) => {
      if (isForWorkflow) write(stderr, annotationCommand("warning", text, undefined, { folder, environment }));
      else write(stderr, `${errorStyle.caution("warning:")} ${printable(text)}`);
    },
    finding: (level, text, position) => {
      if (isForWorkflow) write(stderr, annotationCommand(level, text, position, { folder, environment }));
    },
    problems: (problems) => {
      for (const { problem, hiddenCount } of foldProblems(problems)) {
        const more = hiddenCount === 0 ? [] : [`… and ${hiddenCount} more like this (--json lists all)`];
        if (isForWorkflow) {
          write(stderr, problemCommand(problem, more, { folder, environment }));
          continue;
        }
        const source = readSource(folder, problem.position?.file);
        write(stderr, formatProblem(problem, { source, style: errorStyle, width: stderr.columns || undefined }));
        for (const line of more) write(stderr, errorStyle.faint(line));
      }
    },
    progress: (text) => {
      if (!hasStatus) return;
      next = printable(text);
      if (text === "") {
        clearTimeout(timer);
        timer = undefined;
        return showStatus("");
      }
      // What is done at once shows no status at all.
      timer ??= setTimeout(() => {
        timer = undefined;
        showStatus(next);
      }, STATUS_INTERVAL_MS).unref();
    },
  };
}

const STATUS_INTERVAL_MS = 100;

/** The lines of a status that a terminal has room for. The last one counts for all. */
function fitted(text: string, { columns, rows }: OutputStream): readonly string[] {
  const room = Math.max(3, (rows || 24) - 1);
  const lines = text.split("\n");
  const hidden = `… and ${lines.length - room + 1} more`;
  const shown = lines.length <= room ? lines : [...lines.slice(0, room - 2), hidden, ...lines.slice(-1)];
  return shown.map((line) => line.slice(0, (columns || 80) - 1));
}

/** The line of a problem is a help, not a promise: without the file there is none. */
function readSource(folder: string, file: string | undefined): string | undefined {
  if (file === undefined || !/\.ya?ml$/.test(file)) return undefined;
  try {
    // Columns do not count a byte order mark.
    return readFileSync(resolve(folder, file), "utf8").replace(/^\ufeff/, "");
  } catch {
    return undefined;
  }
}
