export { elasticNetProduct } from "./elastic-net-product";
export { type GroupHadamardPowerOptions, groupHadamardPower } from "./group-hadamard-power";
export { groupHadamardProduct } from "./group-hadamard-product";
export { hadamardDifference } from "./hadamard-difference";
export { type HadamardPowerOptions, hadamardPower } from "./hadamard-power";
export { hadamardProduct } from "./hadamard-product";
export { type LowRankOptions, lowRankProduct } from "./low-rank-product";
export { type NestedHadamardOptions, nestedHadamard } from "./nested-hadamard";
export { nonNegativeSquare } from "./non-negative-square";
export type {
  ConventionOptions,
  DepthOptions,
  Factor,
  GroupParametrizationOptions,
  LambdaConvention,
  Parametrization,
  ParametrizationOptions,
} from "./parametrization";
export { signedPower } from "./signed-power";
export { sparseGroupProduct } from "./sparse-group-product";
