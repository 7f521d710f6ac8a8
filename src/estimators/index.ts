export type { CrossValidation, ScoreRecord } from "./cross-validation/cross-validation";
export type { FoldOptions } from "./cross-validation/folds";
export type { CrossValidationOptions } from "./cross-validation/validation-plan";
export { type DiagnoseOptions, diagnose } from "./diagnose/diagnose";
export { Diagnosis, type DiagnosisItem, type DiagnosisTopic } from "./diagnose/diagnosis";
export type { FitOf, PathOf } from "./fit/fit-of";
export { crossValidationFromJSON } from "./json/cross-validation-from-json";
export type { CrossValidationJson } from "./json/cross-validation-to-json";
export { type AnyEstimator, estimatorFromJSON } from "./json/estimator-from-json";
export type { EstimatorJson } from "./json/estimator-to-json";
export { fitFromJSON } from "./json/fit-from-json";
export type { FitJson, MultiResponseFitJson } from "./json/fit-to-json";
export { pathFromJSON } from "./json/path-from-json";
export type { PathJson } from "./json/path-to-json";
export { type FitOnSupportOptions, fitOnSupport } from "./named/fit-on-support";
export { SmoothBridge, type SmoothBridgeOptions } from "./named/smooth-bridge";
export { SmoothElasticNet, type SmoothElasticNetOptions } from "./named/smooth-elastic-net";
export { SmoothGroupBridge, type SmoothGroupBridgeOptions } from "./named/smooth-group-bridge";
export { SmoothGroupLasso, type SmoothGroupLassoOptions } from "./named/smooth-group-lasso";
export { SmoothLasso, type SmoothLassoOptions } from "./named/smooth-lasso";
export {
  SmoothSparseGroupLasso,
  type SmoothSparseGroupLassoOptions,
} from "./named/smooth-sparse-group-lasso";
export {
  type PiecewiseLinearFit,
  type PiecewiseLinearOptions,
  solvePiecewiseLinear,
} from "./named/solve-piecewise-linear";
export { SparseLinearModel, type SparseLinearModelOptions } from "./named/sparse-linear-model";
export {
  type SurrogateCoefficients,
  type SurrogateObjective,
  type SurrogateObjectiveOptions,
  surrogateObjective,
} from "./named/surrogate-objective";
export type { GroupFeatures } from "./options/listed-groups";
export type { ModelOptions } from "./options/model-options";
export type { PathOptions, RunOptions, SharedWork } from "./options/run-options";
export type { SampleOptions } from "./options/sample-options";
export { MultiResponsePath, type MultiResponsePathRecord } from "./path/multi-response-path";
export type { PathStatus } from "./path/path-fits";
export { type PathRecord, SparsePath } from "./path/sparse-path";
export type { PredictOptions, ScoreOptions } from "./results/fitted-model";
export { MultiResponseFit } from "./results/multi-response-fit";
export { SparseLinearFit } from "./results/sparse-linear-fit";
export { type SupportRecovery, supportRecovery, type Truth } from "./results/support-recovery";
