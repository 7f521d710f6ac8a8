/**
 * `smooth-edges/surrogate`: the smooth surrogates of sparse problems, in the words of the paper.
 *
 * Here are parametrizations with the laws that each one keeps, starting points, the objective of a surrogate for optimizers of one's
 * own, and the theory: local minima, saddle points, balance.
 *
 * @module smooth-edges/surrogate
 */

export {
  type SurrogateCoefficients,
  type SurrogateObjective,
  type SurrogateObjectiveOptions,
  surrogateObjective,
} from "./estimators/named/surrogate-objective";
export { type BrokenLaw, checkParametrization } from "./laws/check-parametrization";
export {
  type ConventionOptions,
  type DepthOptions,
  elasticNetProduct,
  type Factor,
  type GroupHadamardPowerOptions,
  type GroupParametrizationOptions,
  groupHadamardPower,
  groupHadamardProduct,
  type HadamardPowerOptions,
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  type LambdaConvention,
  type LowRankOptions,
  lowRankProduct,
  type NestedHadamardOptions,
  nestedHadamard,
  nonNegativeSquare,
  type Parametrization,
  type ParametrizationOptions,
  signedPower,
  sparseGroupProduct,
} from "./parametrizations";
export { deadCoordinates } from "./problem/dead-coordinates";
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
} from "./problem/initialization";
export { signLockedCoordinates } from "./problem/sign-lock";
export type { SmoothObjective, StochasticObjective } from "./problem/smooth-objective";
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
