export type { ModelOptions } from "./model-options";
export { SmoothLasso } from "./smooth-lasso";
export {
  type PiecewiseLinearFit,
  type PiecewiseLinearOptions,
  solvePiecewiseLinear,
} from "./solve-piecewise-linear";
export { SparseLinearFit } from "./sparse-linear-fit";
export { SparseLinearModel, type SparseLinearModelOptions } from "./sparse-linear-model";
export type { PathOptions, RunOptions } from "./sparse-model";
export { type PathRecord, SparsePath } from "./sparse-path";
export {
  type SurrogateObjective,
  type SurrogateObjectiveOptions,
  surrogateObjective,
} from "./surrogate-objective";
