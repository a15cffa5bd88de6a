/** Reads `name: X` and greets X. */
export declare function greet(document: string): string;
