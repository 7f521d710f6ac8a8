export { l1, softThreshold } from "./l1";
export { bridgeProx, lq } from "./lq";
export type { Penalty, SeparablePenalty } from "./penalty";
export { isSeparable } from "./separable-penalty";
