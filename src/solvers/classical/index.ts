export { blockDescent } from "./block-descent";
export { coordinateDescent } from "./coordinate-descent";
export { fista } from "./fista";
export { type IrlsOptions, irls } from "./irls";
export { proximalGradient } from "./proximal-gradient";
export { type SubgradientDescentOptions, subgradientDescent } from "./subgradient-descent";
