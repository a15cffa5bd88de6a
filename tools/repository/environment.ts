/** Environment variables by name. Who calls hands them over: nothing here reads the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;
