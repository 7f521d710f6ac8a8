export { type CompositeMcpOptions, compositeMcp } from "./composite-mcp";
export { groupL2 } from "./group-l2";
export { groupLpq } from "./group-lpq";
export { groupLq } from "./group-lq";
export { type GroupPenalty, isGroupwise } from "./group-penalty";
export {
  checkFeatureCount,
  type GroupLabels,
  type Groups,
  type GroupWeightOptions,
  groupsOf,
  groupWeights,
} from "./groups";
export { l1, softThreshold } from "./l1";
export { bridgeProx, lq } from "./lq";
export type { Penalty, SeparablePenalty } from "./penalty";
export { isSeparable } from "./separable-penalty";
export { type SparseGroupOptions, sparseGroup } from "./sparse-group";
