/**
 * `smooth-edges/solvers`: solvers for the option `solver` of an estimator, the ways to combine them, and the fused lasso of a sequence.
 *
 * @module smooth-edges/solvers
 */

export {
  hinge,
  type PiecewiseLinearDatafit,
  piecewiseLinearValue,
  pinball,
} from "../piecewise-linear";
export type { PiecewiseLinearCertificate } from "../problem/piecewise-linear-problem";
export { type ProximalNewtonOptions, proximalNewton } from "./block";
export { coordinateDescent } from "./classical/coordinate-descent";
export { type IrlsOptions, irls } from "./classical/irls";
export { type ProximalGradientOptions, proximalGradient } from "./classical/proximal-gradient";
export {
  liftedVarPro,
  type PiecewiseLinearSolution,
  type PiecewiseLinearTask,
} from "./piecewise/lifted-var-pro";
export {
  type PiecewiseLinearFit,
  type PiecewiseLinearOptions,
  solvePiecewiseLinear,
} from "./piecewise/solve-piecewise-linear";
export { type MultiStartOptions, multiStart, saddleEscape } from "./search";
export type { FitStatus, Solution, Solver, SolverTask, StartRow, TraceRow } from "./solver";
export { WarmStart } from "./solver";
export { newtonPolished, withFallback } from "./strategies";
export { type AlternatingRidgeOptions, alternatingRidge } from "./surrogate/alternating-ridge";
export { type FusedLassoFit, type FusedLassoOptions, fusedLasso } from "./surrogate/fused-lasso";
export { type SurrogateDescentOptions, surrogateDescent } from "./surrogate/surrogate-descent";
export { varPro } from "./surrogate/var-pro";
export { workingSet } from "./surrogate/working-set";
