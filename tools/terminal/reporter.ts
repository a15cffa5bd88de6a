import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { WolfiError } from "../error/wolfi-error.ts";
import { formatProblem, printable } from "./format-problem.ts";
import { type Style, styleFor } from "./style.ts";

/** A stream that may be a terminal. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The only thing that writes for people and scripts. */
export interface Reporter {
  /** Colours for {@link result}. */
  readonly style: Style;
  /** A line of what was asked for, on the standard output. */
  result(line: string): void;
  /** A line about how it goes, on the standard error; silent where the person asked for quiet. */
  note(line: string): void;
  warning(text: string): void;
  problem(problem: WolfiError): void;
  /** Replaces the status line, which only a terminal shows; "" removes it. */
  progress(status: string): void;
}

export interface ReporterOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly isQuiet: boolean;
  /** What the files of positions are relative to. */
  readonly folder: string;
}

export function createReporter({ stdout, stderr, isQuiet, folder }: ReporterOptions): Reporter {
  const errorStyle = styleFor(stderr);
  let status = "";
  /** Nothing may be written on the line of the status. */
  function write(stream: OutputStream, line: string): void {
    const kept = status;
    showStatus("");
    stream.write(`${line}\n`);
    showStatus(kept);
  }
  function showStatus(next: string): void {
    if (next === status) return;
    status = next;
    stderr.write(`\r\u001b[2K${next.slice(0, (stderr.columns ?? 80) - 1)}`);
  }
  return {
    style: styleFor(stdout),
    result: (line) => write(stdout, line),
    note: (line) => {
      if (!isQuiet) write(stderr, printable(line));
    },
    warning: (text) => write(stderr, `${errorStyle.caution("warning:")} ${printable(text)}`),
    problem: (problem) => {
      const source = readSource(folder, problem.position?.file);
      write(stderr, formatProblem(problem, { source, style: errorStyle }));
    },
    progress: (next) => {
      if (stderr.isTTY === true && !isQuiet) showStatus(printable(next));
    },
  };
}

/** The line of a problem is a help, not a promise: without the file there is none. */
function readSource(folder: string, file: string | undefined): string | undefined {
  if (file === undefined || !/\.ya?ml$/.test(file)) return undefined;
  try {
    return readFileSync(resolve(folder, file), "utf8");
  } catch {
    return undefined;
  }
}
