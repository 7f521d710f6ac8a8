export { alternatingRidge } from "./alternating-ridge";
export { inTurn } from "./in-turn";
export { liftedVarPro, type PiecewiseLinearSolution, type PiecewiseLinearTask } from "./lifted-var-pro";
export { newtonPolished } from "./newton-polished";
export { severalStarts } from "./several-starts";
export type { FitStatus, Solution, Solver, SolverTask, TraceRow } from "./solver";
export { type SurrogateDescentOptions, surrogateDescent } from "./surrogate-descent";
export { varPro } from "./var-pro";
export { workingSet } from "./working-set";
