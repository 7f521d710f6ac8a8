export { coordinateDescent } from "./coordinate-descent";
export { type IrlsOptions, irls } from "./irls";
export { type ProximalGradientOptions, proximalGradient } from "./proximal-gradient";
