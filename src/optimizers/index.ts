export { type AdamOptions, adam } from "./adam";
export type { BatchOptions } from "./batches";
export type { StepOptions } from "./descent";
export { type GradientDescentOptions, gradientDescent } from "./gradient-descent";
export { type LbfgsOptions, lbfgs } from "./lbfgs";
export { type MinimizeOptions, type MinimizeResult, type MinimizeRow, minimize } from "./minimize";
export { type MomentumOptions, momentum } from "./momentum";
export { type NesterovOptions, nesterov } from "./nesterov";
export type { IterationState, Optimizer } from "./optimizer";
export {
  type CosineOptions,
  constant,
  cosine,
  type Schedule,
  type StepDecayOptions,
  stepDecay,
} from "./schedule";
export { type SgdOptions, sgd } from "./sgd";
