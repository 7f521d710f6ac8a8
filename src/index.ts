/** smooth-edges: sparse learning by smooth optimization. */

export {
  cox,
  type Datafit,
  type HuberOptions,
  huber,
  logistic,
  multinomial,
  poisson,
  type QuantileOptions,
  quantile,
  type SquaredErrorOptions,
  squaredError,
  squaredHinge,
} from "./datafits";
export type { DesignInput, TargetInput } from "./design/design-input";
export type { DesignMatrix } from "./design/design-matrix";
export type { Displayable, MimeBundle } from "./display/mime-bundle";
export type { ProgressEvent, ProgressListener } from "./display/progress";
export { Table } from "./display/table";
export { InputError, InternalError } from "./errors";
export {
  type ModelOptions,
  type PathOptions,
  type PathRecord,
  type PiecewiseLinearFit,
  type PiecewiseLinearOptions,
  type RunOptions,
  SmoothLasso,
  type SparseLinearFit,
  SparseLinearModel,
  type SparseLinearModelOptions,
  type SparsePath,
  type SurrogateObjective,
  type SurrogateObjectiveOptions,
  solvePiecewiseLinear,
  surrogateObjective,
} from "./estimators";
export { type BrokenLaw, checkParametrization } from "./laws/check-parametrization";
export type { Certificate } from "./objectives/certificate";
export { deadCoordinates } from "./objectives/dead-coordinates";
export {
  type BalancedOptions,
  balanced,
  equalFactors,
  type Initialization,
  initialize,
  type UnitGatesOptions,
  unbalanced,
  unitGates,
  type VarianceMatchedOptions,
  varianceMatched,
} from "./objectives/initialization";
export type { PiecewiseLinearCertificate } from "./objectives/piecewise-linear-problem";
export { signLockedCoordinates } from "./objectives/sign-lock";
export type { SmoothObjective } from "./objectives/smooth-objective";
export type { StochasticObjective } from "./objectives/stochastic-objective";
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
  type ConventionOptions,
  type Factor,
  type GroupParametrizationOptions,
  groupHadamardPower,
  groupHadamardProduct,
  type HadamardPowerOptions,
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  type LambdaConvention,
  lowRankProduct,
  nestedHadamard,
  nonNegativeSquare,
  type Parametrization,
  type ParametrizationOptions,
  signedPower,
  sparseGroupProduct,
} from "./parametrizations";
export {
  type CompositeMcpOptions,
  compositeMcp,
  type ElasticNetOptions,
  elasticNet,
  type GroupLabels,
  type GroupPenalty,
  type Groups,
  type GroupWeightOptions,
  groupL2,
  groupLpq,
  groupLq,
  groupMcp,
  groupScad,
  l1,
  lq,
  type McpOptions,
  mcp,
  nonNegative,
  nuclear,
  type Penalty,
  type ScadOptions,
  type SeparablePenalty,
  type SparseGroupOptions,
  scad,
  schatten,
  sparseGroup,
} from "./penalties";
export {
  hinge,
  type PiecewiseLinearDatafit,
  type PiecewiseLinearTerms,
  piecewiseLinearValue,
  pinball,
} from "./piecewise-linear";
export { type SeededRandom, seededRandom } from "./random/random";
export {
  blockDescent,
  coordinateDescent,
  fista,
  type IrlsOptions,
  irls,
  proximalGradient,
  type SubgradientDescentOptions,
  subgradientDescent,
} from "./reference";
export {
  alternatingRidge,
  type FitStatus,
  liftedVarPro,
  type PiecewiseLinearSolution,
  type PiecewiseLinearTask,
  type Solution,
  type Solver,
  type SolverTask,
  type SurrogateDescentOptions,
  severalStarts,
  surrogateDescent,
  type TraceRow,
  varPro,
  workingSet,
} from "./solvers";
export {
  balance,
  type Curvature,
  escapeDirection,
  isStrictSaddle,
  type LocalMinimaOptions,
  type LocalMinimum,
  type LossBounds,
  localMinima,
  minimumMagnitude,
  misalignment,
  type SaddleTolerances,
  smallestCurvature,
} from "./theory";
