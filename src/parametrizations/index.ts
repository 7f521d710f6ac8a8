export { hadamardDifference } from "./hadamard-difference";
export { hadamardProduct } from "./hadamard-product";
export type { Factor, Parametrization, ParametrizationOptions } from "./parametrization";
