export type { CrossValidation, ScoreRecord } from "./cross-validation/cross-validation";
export type { FoldOptions } from "./cross-validation/folds";
export type { CrossValidationOptions } from "./cross-validation/validation-plan";
export { type DiagnoseOptions, diagnose } from "./diagnose";
export { Diagnosis, type DiagnosisItem, type DiagnosisTopic } from "./diagnosis";
export type { FitOf, PathOf } from "./fit-of";
export { type FitOnSupportOptions, fitOnSupport } from "./fit-on-support";
export type { PredictOptions, ScoreOptions } from "./fitted-model";
export { crossValidationFromJSON } from "./json/cross-validation-from-json";
export type { CrossValidationJson } from "./json/cross-validation-to-json";
export { type AnyEstimator, estimatorFromJSON } from "./json/estimator-from-json";
export type { EstimatorJson } from "./json/estimator-to-json";
export { fitFromJSON } from "./json/fit-from-json";
export type { FitJson, MultiResponseFitJson } from "./json/fit-to-json";
export { pathFromJSON } from "./json/path-from-json";
export type { PathJson } from "./json/path-to-json";
export type { GroupFeatures } from "./listed-groups";
export type { ModelOptions } from "./model-options";
export { MultiResponseFit } from "./multi-response-fit";
export { MultiResponsePath, type MultiResponsePathRecord } from "./multi-response-path";
export type { PathStatus } from "./path-fits";
export type { PathOptions, RunOptions, SharedWork } from "./run-options";
export type { SampleOptions } from "./sample-options";
export { SmoothBridge, type SmoothBridgeOptions } from "./smooth-bridge";
export { SmoothElasticNet, type SmoothElasticNetOptions } from "./smooth-elastic-net";
export { SmoothGroupBridge, type SmoothGroupBridgeOptions } from "./smooth-group-bridge";
export { SmoothGroupLasso, type SmoothGroupLassoOptions } from "./smooth-group-lasso";
export { SmoothLasso, type SmoothLassoOptions } from "./smooth-lasso";
export { SmoothSparseGroupLasso, type SmoothSparseGroupLassoOptions } from "./smooth-sparse-group-lasso";
export {
  type PiecewiseLinearFit,
  type PiecewiseLinearOptions,
  solvePiecewiseLinear,
} from "./solve-piecewise-linear";
export { SparseLinearFit } from "./sparse-linear-fit";
export { SparseLinearModel, type SparseLinearModelOptions } from "./sparse-linear-model";
export { type PathRecord, SparsePath } from "./sparse-path";
export { type SupportRecovery, supportRecovery, type Truth } from "./support-recovery";
export {
  type SurrogateCoefficients,
  type SurrogateObjective,
  type SurrogateObjectiveOptions,
  surrogateObjective,
} from "./surrogate-objective";
