export { hadamardDifference } from "./hadamard-difference";
export { hadamardProduct } from "./hadamard-product";
export type { Parametrization, ParametrizationOptions } from "./parametrization";
