export { type GradientDescentOptions, gradientDescent } from "./gradient-descent";
export { type LbfgsOptions, lbfgs } from "./lbfgs";
export { type MinimizeOptions, type MinimizeResult, type MinimizeRow, minimize } from "./minimize";
export type { IterationState, Optimizer } from "./optimizer";
