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
export type { PiecewiseLinearCertificate } from "./objectives/piecewise-linear-problem";
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
  type HadamardPowerOptions,
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  type LambdaConvention,
  type Parametrization,
  type ParametrizationOptions,
  signedPower,
} from "./parametrizations";
export {
  type ElasticNetOptions,
  elasticNet,
  l1,l1, 
  lq,lq, 
  type McpOptions,
  mcp,
  nonNegative,
  nuclear,
  type Penalty,type Penalty, 
  type ScadOptions,
  type SeparablePenalty,type SeparablePenalty, 
  scad,
  schatten
} from "./penalties";

  hinge,
  type PiecewiseLinearDatafit,
  type PiecewiseLinearTerms,
  piecewiseLinearValue,
  pinball,
} from "./piecewise-linear";

export { type SeededRandom, seededRandom } from "./random/random";
export { coordinateDescent } from "./reference";
export {
  alternatingRidge,
  type FitStatus,
  type Solution,
  type Solver,
  type SolverTask,
  type TraceRow,
  varPro,
} from "./solvers";

  blockDescent,
  coordinateDescent,
  fista,
  type IrlsOptions,
  irls,
  proximalGradient,
  type SubgradientDescentOptions,
  subgradientDescent,
} from "./reference";

export type { FitStatus, Solution, Solver, SolverTask, TraceRow } from "./solvers";
