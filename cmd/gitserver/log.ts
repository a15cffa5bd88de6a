export type LogLevel = "info" | "warn" | "error";

/** What one line of the log says. The fields keep the order they have here. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly request?: RequestFields;
  /** More about a failure, for example what git wrote to its standard error. */
  readonly error?: string;
}

export interface RequestFields {
  readonly method: string;
  /** Without host and query: neither can bring a credential into the log. */
  readonly path: string;
  /** The status sent; 499 when the client went away before there was one. */
  readonly status: number;
  readonly durationMs: number;
  /** Of the response's body. */
  readonly bytes: number;
}

/** Writes an entry as one line of JSON, with its newline. */
export function formatLogEntry(time: Date, entry: LogEntry): string {
  const { level, message, request, error } = entry;
  return `${JSON.stringify({ time: time.toISOString(), level, message, ...request, error })}\n`;
}
