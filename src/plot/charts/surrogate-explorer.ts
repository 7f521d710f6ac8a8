import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis } from "../layout/axes";
import { shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import type { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { FOREGROUND, NEGATIVE, POSITIVE } from "../rendering/theme";
import { objectiveAt, panelTitle, type Size, sliderPanels, symmetricAxis } from "./parts/surrogate-sliders";

/** The initial values of the sliders of {@link surrogateExplorer}. */
export interface SurrogateExplorerOptions extends PictureOptions {
  /** Number of factors, an integer from 2 to 5. Default: 2. */
  readonly depth?: number;
  /** Strength of the penalty, in (0, 3]. Default: 0.5. */
  readonly lambda?: number;
  /** The least squares solution, in [-3, 3]. Default: 1.5. */
  readonly z?: number;
}

/** Half the width of the axis of the coefficient. */
const MAX_BETA = 3.5;

/**
 * A univariate objective `P(beta) = (beta - z)^2 / 2 + lambda |beta|^(2/depth)` beside its surrogate over `depth` factors, with
 * sliders for depth, lambda and z that move curve, surface, fibre and minima together.
 *
 * The front end computes everything from the sliders, so they also work in a saved notebook without a kernel. A still picture
 * shows their initial values. All factors but the first are equal.
 *
 * @throws InputError when an option is out of range.
 * @see Kolb et al. (2023), arXiv 2307.03571
 * @example
 * ```ts
 * surrogateExplorer({ depth: 3, lambda: 0.5, z: 1.5 });
 * ```
 */
export function surrogateExplorer(options: SurrogateExplorerOptions = {}): Chart {
  const where = "surrogateExplorer";
  checkKeys(where, options, ["depth", "lambda", "z", "width"]);
  checkWidth(where, options.width);
  const { depth = 2, lambda = 0.5, z = 1.5, width } = options;
  if (!(Number.isInteger(depth) && depth >= 2 && depth <= 5))
    throw mustBe(where, "depth", "an integer from 2 to 5", depth);
  if (!(lambda > 0 && lambda <= 3)) throw mustBe(where, "lambda", "a number in (0, 3]", lambda);
  if (!(z >= -3 && z <= 3)) throw mustBe(where, "z", "a number in [-3, 3]", z);
  return sliderPanels(width, {
    title: "A kink and its smooth surrogate",
    remarks: ["on the orange curves K(ξ) = β\u0302; sliders move depth, λ and z"],
    description:
      "Two panels with sliders for depth, lambda and z: left the objective P over beta with its global minimizer, right its " +
      `smooth surrogate Q over the factors u and v, the fibre of the minimizer and the minima on it. At first depth is ${depth}, lambda ${shortNumber(lambda)} and z ${shortNumber(z)}.`,
    inputs: [
      { name: "depth", value: depth, bind: { input: "range", min: 2, max: 5, step: 1, name: "depth " } },
      { name: "lambda", value: lambda, bind: { input: "range", min: 0.02, max: 3, step: 0.02, name: "λ " } },
      { name: "z", value: z, bind: { input: "range", min: -3, max: 3, step: 0.05, name: "z " } },
    ],
    left: objectivePanel,
    trail: [],
  });
}

/** `P` with its global minimizer. */
function objectivePanel(size: Size): JsonObject {
  const x = symmetricAxis("x", "β", MAX_BETA);
  const y = {
    field: "y",
    type: "quantitative",
    title: null,
    // The range leaves room for the label below the minimum.
    scale: { domain: [-0.8, 6], nice: false },
    axis: numberAxis(1),
  };
  const minimum = {
    data: { values: [{}] },
    transform: [
      { calculate: "beta", as: "x" },
      { calculate: objectiveAt("beta"), as: "y" },
      { calculate: `"β\u0302 = " + format(beta, ".3~f")`, as: "text" },
    ],
  };
  return {
    ...size,
    layer: [
      panelTitle("P(β) = ½(β − z)² + λ|β|^(2/depth)", size.width),
      {
        data: { sequence: { start: -MAX_BETA, stop: MAX_BETA + 0.01, step: 0.025, as: "x" } },
        transform: [{ calculate: objectiveAt("datum.x"), as: "y" }],
        mark: { type: "line", color: POSITIVE, strokeWidth: 2.5, clip: true, aria: false },
        encoding: { x, y },
      },
      {
        ...minimum,
        mark: {
          type: "point",
          filled: true,
          size: 80,
          opacity: 1,
          color: NEGATIVE,
          stroke: FOREGROUND,
          clip: true,
        },
        encoding: { x, y },
      },
      { ...minimum, mark: { type: "text", dy: 16, clip: true }, encoding: { x, y, text: { field: "text" } } },
    ],
  };
}
