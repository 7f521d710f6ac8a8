/**
 * smooth-edges: sparse learning by smooth optimization.
 *
 * Here are the estimators, losses, penalties, optimizers and matrices, what reads fits back from JSON, and `diagnose`. Solvers are in
 * `smooth-edges/solvers`, parametrizations and the theory of surrogates in `smooth-edges/surrogate`, selection with error control in
 * `smooth-edges/selection`.
 *
 * @module smooth-edges
 */

export {
  cox,
  type Datafit,
  type DatafitProperties,
  gamma,
  type HuberOptions,
  huber,
  logistic,
  type MultinomialOptions,
  type MultiResponseDatafit,
  multinomial,
  poisson,
  type QuantileOptions,
  quantile,
  type ResponseKind,
  type ResponseType,
  type SquaredErrorOptions,
  squaredError,
  squaredHinge,
} from "./datafits";
export type { ColumnInput, CscMatrix, DenseMatrix, DesignInput, TargetInput } from "./design/design-input";
export type { DesignMatrix } from "./design/design-matrix";
export { type DenseShape, denseMatrix } from "./design/sources/dense-matrix";
export { type SparseEntries, sparseMatrix } from "./design/sources/sparse-matrix";
export type { ClassLabel } from "./design/targets/class-codes";
export type { Displayable, MimeBundle } from "./display/mime-bundle";
export type { ProgressEvent, ProgressListener } from "./display/progress";
export { type ProgressBarOptions, progressBar } from "./display/progress-display";
export { Table } from "./display/table";
export { InputError, InternalError } from "./errors";
export {
  type AnyEstimator,
  type CrossValidation,
  type CrossValidationJson,
  type CrossValidationOptions,
  crossValidationFromJSON,
  type DiagnoseOptions,
  type Diagnosis,
  type DiagnosisItem,
  type DiagnosisTopic,
  diagnose,
  type EstimatorJson,
  estimatorFromJSON,
  type FitJson,
  type FitOf,
  type FitOnSupportOptions,
  type FoldOptions,
  fitFromJSON,
  fitOnSupport,
  type GroupFeatures,
  type Measure,
  type MeasureName,
  type ModelOptions,
  type MultiResponseFit,
  type MultiResponseFitJson,
  type MultiResponsePath,
  type MultiResponsePathRecord,
  type PathJson,
  type PathOf,
  type PathOptions,
  type PathRecord,
  type PathStatus,
  type PiecewiseLinearFit,
  type PiecewiseLinearOptions,
  type PredictOptions,
  pathFromJSON,
  type RunOptions,
  type SampleOptions,
  type ScoreOptions,
  type ScoreRecord,
  type SharedWork,
  SmoothBridge,
  type SmoothBridgeOptions,
  SmoothElasticNet,
  type SmoothElasticNetOptions,
  SmoothGroupBridge,
  type SmoothGroupBridgeOptions,
  SmoothGroupLasso,
  type SmoothGroupLassoOptions,
  SmoothLasso,
  type SmoothLassoOptions,
  SmoothSparseGroupLasso,
  type SmoothSparseGroupLassoOptions,
  type SparseLinearFit,
  SparseLinearModel,
  type SparseLinearModelOptions,
  type SparsePath,
  type SupportRecovery,
  solvePiecewiseLinear,
  supportRecovery,
  type Truth,
} from "./estimators";
export type { JsonNumber } from "./json-record";
export { type CheckEstimatorOptions, checkEstimator } from "./laws/check-estimator";
export type { BrokenLaw } from "./laws/check-parametrization";
export {
  type AdamOptions,
  adam,
  type BatchOptions,
  type CosineOptions,
  constant,
  cosine,
  type GradientDescentOptions,
  gradientDescent,
  type IterationState,
  type LbfgsOptions,
  lbfgs,
  type MinimizeOptions,
  type MinimizeResult,
  type MinimizeRow,
  type MomentumOptions,
  minimize,
  momentum,
  type NesterovOptions,
  nesterov,
  type Optimizer,
  type Schedule,
  type SgdOptions,
  type StepDecayOptions,
  type StepOptions,
  sgd,
  stepDecay,
} from "./optimizers";
export {
  type Bound,
  type Bounds,
  bounded,
  type CompositeMcpOptions,
  compositeMcp,
  type ElasticNetOptions,
  elasticNet,
  type GroupLabels,
  type GroupLpqOptions,
  type GroupLqOptions,
  type GroupPenalty,
  type Groups,
  type GroupWeightOptions,
  groupL2,
  groupLpq,
  groupLq,
  groupMcp,
  groupScad,
  type LogSumOptions,
  type LqOptions,
  l1,
  logSum,
  lq,
  type McpOptions,
  mcp,
  type NuclearOptions,
  nonNegative,
  nuclear,
  type Penalty,
  type PenaltyProperties,
  type PenaltyStructure,
  type ScadOptions,
  type SchattenOptions,
  type SeparablePenalty,
  type SparseGroupOptions,
  scad,
  schatten,
  sparseGroup,
  type WeightOptions,
} from "./penalties";
export {
  hinge,
  type PiecewiseLinearDatafit,
  type PiecewiseLinearTerms,
  piecewiseLinearValue,
  pinball,
} from "./piecewise-linear";
export type { Certificate } from "./problem/certificate";
export type { PiecewiseLinearCertificate } from "./problem/piecewise-linear-problem";
export { type SeededRandom, seededRandom } from "./random/random";
export { type KernelBackend, kernelBackend } from "./simd/kernel-module";
