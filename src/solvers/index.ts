export { inTurn } from "./in-turn";
export type { FitStatus, Solution, Solver, SolverTask, TraceRow } from "./solver";
export { surrogateDescent } from "./surrogate-descent";
export { workingSet } from "./working-set";
