export { hinge } from "./hinge";
export { type PiecewiseLinearDatafit, piecewiseLinearValue } from "./piecewise-linear-datafit";
export { pinball } from "./pinball";
