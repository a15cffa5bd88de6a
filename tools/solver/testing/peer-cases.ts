import type { SolverCase } from "./solver-cases.ts";

export const peerCases: readonly SolverCase[] = [];
