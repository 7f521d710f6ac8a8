export { type ArctanOptions, arctan } from "./arctan";
export { type Bounds, bounded } from "./bounded";
export { type CompositeMcpOptions, compositeMcp } from "./composite-mcp";
export { type ConcaveFunction, concavePenalty } from "./concave-penalty";
export { type ElasticNetOptions, elasticNet } from "./elastic-net";
export { groupL2 } from "./group-l2";
export { type GroupLpqOptions, groupLpq } from "./group-lpq";
export { type GroupLqOptions, groupLq } from "./group-lq";
export { groupMcp } from "./group-mcp";
export { type GroupPenalty, isGroupwise } from "./group-penalty";
export { groupScad } from "./group-scad";
export type { GroupLabels, Groups, GroupWeightOptions } from "./groups";
export { type L0Options, l0 } from "./l0";
export { l1 } from "./l1";
export { type LaplaceOptions, laplace } from "./laplace";
export { type LogSumOptions, logSum } from "./log-sum";
export { type LqOptions, lq } from "./lq";
export { type McpOptions, mcp } from "./mcp";
export { nonNegative } from "./non-negative";
export { type NuclearOptions, nuclear } from "./nuclear";
export type {
  Bound,
  NormMeasures,
  Penalty,
  PenaltyProperties,
  PenaltyStructure,
  SeparablePenalty,
} from "./penalty";
export type { WeightOptions } from "./penalty-weights";
export { type ScadOptions, scad } from "./scad";
export { type SchattenOptions, schatten } from "./schatten";
export { type SeloOptions, selo } from "./selo";
export { isSeparable } from "./separable-penalty";
export { type SparseGroupOptions, sparseGroup } from "./sparse-group";
export { type TransformedL1Options, transformedL1 } from "./transformed-l1";
