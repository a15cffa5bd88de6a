/** One thing that is needed on a machine, and whether it is there. */
export interface Check {
  /** `bazel`, `cache folder`. */
  readonly name: string;
  /** Whether all that is needed works without it. */
  readonly isOptional: boolean;
  readonly isThere: boolean;
  /** What was found, or what is wrong: a sentence without its end. It holds no secret. */
  readonly found: string;
  /** What a person does about it. */
  readonly cure?: string;
}

/** One that is needed. */
export function needed(name: string, isThere: boolean, found: string, cure?: string): Check {
  return { name, isOptional: false, isThere, found, ...(isThere || cure === undefined ? {} : { cure }) };
}

/** One that some commands are better with. */
export function optional(name: string, isThere: boolean, found: string, cure?: string): Check {
  return { ...needed(name, isThere, found, cure), isOptional: true };
}
