export { inTurn } from "./in-turn";
export { alternatingRidge } from "./alternating-ridge";
export type { FitStatus, Solution, Solver, SolverTask, TraceRow } from "./solver";
export { surrogateDescent } from "./surrogate-descent";
export { varPro } from "./var-pro";
export { workingSet } from "./working-set";
