export { hinge } from "./hinge";
export {
  type PiecewiseLinearDatafit,
  type PiecewiseLinearTerms,
  piecewiseLinearValue,
} from "./piecewise-linear-datafit";
export { pinball } from "./pinball";
