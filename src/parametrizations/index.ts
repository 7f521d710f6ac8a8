export { hadamardDifference } from "./hadamard-difference";
export { type HadamardPowerOptions, hadamardPower } from "./hadamard-power";
export { hadamardProduct } from "./hadamard-product";
export type { ConventionOptions, LambdaConvention } from "./lambda-convention";
export type { Factor, Parametrization, ParametrizationOptions } from "./parametrization";
export { signedPower } from "./signed-power";
