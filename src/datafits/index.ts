export { cox } from "./cox";
export type { Datafit, DatafitProperties, MultiResponseDatafit, ResponseKind, ResponseType } from "./datafit";
export { type HuberOptions, huber } from "./huber";
export { logistic } from "./logistic";
export { type MultinomialOptions, multinomial } from "./multinomial";
export { poisson } from "./poisson";
export { type QuantileOptions, quantile } from "./quantile";
export { type SquaredErrorOptions, squaredError } from "./squared-error";
export { squaredHinge } from "./squared-hinge";
