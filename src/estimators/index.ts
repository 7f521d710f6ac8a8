export type { CrossValidation, ScoreRecord } from "./cross-validation/cross-validation";
export type { CrossValidationJson } from "./cross-validation/cross-validation-json";
export type { FoldOptions } from "./cross-validation/folds";
export type { Measure, MeasureName } from "./cross-validation/measure";
export {
  type NestedChoice,
  NestedCrossValidation,
  type NestedOptions,
  nestedCrossValidate,
} from "./cross-validation/nested";
export type { CrossValidationOptions } from "./cross-validation/validation-plan";
export { type DiagnoseOptions, diagnose } from "./diagnose/diagnose";
export type { Diagnosis, DiagnosisItem, DiagnosisTopic } from "./diagnose/diagnosis";
export { type SupportRecovery, supportRecovery, type Truth } from "./diagnose/support-recovery";
export type { CalibrationGroup, RocPoint } from "./evaluation/classification";
export { type EvaluateOptions, Evaluation, evaluate } from "./evaluation/evaluate";
export {
  type PredictSurvivalOptions,
  predictSurvival,
  SurvivalCurves,
  type SurvivalTraining,
} from "./evaluation/predict-survival";
export {
  type SplitPart,
  type SplitTable,
  type TrainTestSplitOptions,
  trainTestSplit,
} from "./evaluation/train-test-split";
export type { MeasuresWithoutFeatures } from "./evaluation/without-features";
export { crossValidationFromJSON, fitFromJSON, pathFromJSON } from "./json/from-json";
export type { AnyEstimator } from "./named/estimator";
export { estimatorFromJSON } from "./named/estimator-from-json";
export { type FitOnSupportOptions, fitOnSupport } from "./named/fit-on-support";
export type { FrameEstimator, FrameFit, FrameModel, FrameTable } from "./named/frame-estimator";
export type { GroupFeatures } from "./named/group-options";
export { type InferenceOptions, inference } from "./named/inference";
export { MultiTaskLasso, type MultiTaskLassoOptions } from "./named/multi-task-lasso";
export {
  QuantileLasso,
  type QuantileLassoOptions,
  SvmLasso,
  type SvmLassoOptions,
} from "./named/quantile-svm-lasso";
export { SmoothBridge, type SmoothBridgeOptions } from "./named/smooth-bridge";
export { SmoothElasticNet, type SmoothElasticNetOptions } from "./named/smooth-elastic-net";
export { SmoothGroupBridge, type SmoothGroupBridgeOptions } from "./named/smooth-group-bridge";
export { SmoothGroupLasso, type SmoothGroupLassoOptions } from "./named/smooth-group-lasso";
export {
  SmoothGroupMcp,
  type SmoothGroupMcpOptions,
  SmoothGroupScad,
  type SmoothGroupScadOptions,
} from "./named/smooth-group-mcp-scad";
export { SmoothLasso, type SmoothLassoOptions } from "./named/smooth-lasso";
export {
  SmoothMcp,
  type SmoothMcpOptions,
  SmoothScad,
  type SmoothScadOptions,
} from "./named/smooth-mcp-scad";
export {
  SmoothSparseGroupLasso,
  type SmoothSparseGroupLassoOptions,
} from "./named/smooth-sparse-group-lasso";
export { SparseLinearModel, type SparseLinearModelOptions } from "./named/sparse-linear-model";
export type { EstimatorJson } from "./options/estimator-json";
export type { SampleOptions } from "./options/model-data";
export type { ModelOptions } from "./options/model-options";
export type { GlobalRun, PathOptions, RunOptions, SharedWork } from "./options/run-options";
export type { PathOf } from "./path/fitted-path";
export {
  MultiResponsePath,
  type MultiResponsePathRecord,
  type PathRecord,
  SparsePath,
} from "./path/fitted-path";
export { iteratePath, type PathSteps } from "./path/iterate-path";
export type { PathJson } from "./path/path-json";
export type { PathStatus } from "./path/path-table";
export { CoefficientInference } from "./results/coefficient-inference";
export type { EstimatedValue, GroupNorm } from "./results/fit-fields";
export type { FitJson, MultiResponseFitJson } from "./results/fit-json";
export type { FitOf } from "./results/fit-of";
export type { PredictOptions, ScoreOptions } from "./results/fitted-model";
export { MultiResponseFit } from "./results/multi-response-fit";
export { SparseLinearFit } from "./results/sparse-linear-fit";
