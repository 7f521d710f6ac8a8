export { type BinomialOptions, binomial } from "./binomial";
export { type ConvexLoss, convexLoss } from "./convex-loss";
export { type CoxOptions, cox } from "./cox";
export type {
  Datafit,
  DatafitProperties,
  EstimatedParameter,
  MultiResponseDatafit,
  PiecewiseLinearTerms,
  ResponseKind,
  ResponseType,
  RiskSetColumns,
} from "./datafit";
export { gamma } from "./gamma";
export { type HuberOptions, huber } from "./huber";
export { type LogCoshOptions, logCosh } from "./log-cosh";
export { logistic } from "./logistic";
export { type MultinomialOptions, multinomial } from "./multinomial";
export { type NegativeBinomialOptions, negativeBinomial } from "./negative-binomial";
export { poisson } from "./poisson";
export { type QuantileOptions, quantile } from "./quantile";
export { type SquaredErrorOptions, squaredError } from "./squared-error";
export { squaredHinge } from "./squared-hinge";
export { type TweedieOptions, tweedie } from "./tweedie";
