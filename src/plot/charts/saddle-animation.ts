import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis } from "../layout/axes";
import { shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import type { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { CAPTION, FOREGROUND, NEGATIVE, POSITIVE } from "../rendering/theme";
import { factorAxes, panelTitle, type Size, sliderPanels } from "./parts/surrogate-sliders";

/** Options of {@link saddleAnimation}: the data of one coefficient, and how the picture looks. */
export interface SaddleAnimationOptions extends PictureOptions {
  /** The least squares solution, in (0, 3]. Default: 1.5. */
  readonly z?: number;
}

/**
 * Shows how a coefficient becomes zero: as lambda increases, the two minima of the lasso's surrogate move to the origin, which is
 * a strict saddle until they reach it at `lambda = z` and a minimum from then on.
 *
 * The slider moves lambda; the dotted line is the path of the minima, and the left panel shows the coefficient over lambda. A
 * still picture has `lambda = z / 2`.
 *
 * @throws InputError when `z` is out of range.
 * @see Kolb et al. (2023), arXiv 2307.03571
 * @example
 * ```ts
 * saddleAnimation({ z: 1.5 });
 * ```
 */
export function saddleAnimation(options: SaddleAnimationOptions = {}): Chart {
  const where = "saddleAnimation";
  checkKeys(where, options, ["z", "width"]);
  checkWidth(where, options.width);
  const { z = 1.5, width } = options;
  if (!(z > 0 && z <= 3)) throw mustBe(where, "z", "a number in (0, 3]", z);
  const end = Number((1.4 * z).toPrecision(3));
  const root = Math.sqrt(z);
  return sliderPanels(width, {
    title: `A coefficient dies at the saddle: λ grows past z = ${shortNumber(z)}`,
    remarks: ["the slider moves λ; dotted: the way of the two minima"],
    description:
      "Two panels with a slider for lambda: left the lasso coefficient over lambda, right the surrogate over two factors, whose " +
      `two minima walk to the saddle at the origin as lambda grows and merge with it at lambda = z = ${shortNumber(z)}. At first lambda is ${shortNumber(z / 2)}.`,
    inputs: [
      { name: "depth", value: 2 },
      {
        name: "lambda",
        value: z / 2,
        bind: { input: "range", min: 0, max: end, step: Number((end / 140).toPrecision(3)), name: "λ " },
      },
      { name: "z", value: z },
    ],
    left: (size) => coefficientPanel(size, z, end),
    trail: [
      {
        data: {
          values: [
            { u: -root, v: -root },
            { u: root, v: root },
          ],
        },
        mark: { type: "line", color: FOREGROUND, strokeWidth: 1.5, strokeDash: [1, 4], strokeCap: "round" },
        encoding: factorAxes(),
      },
    ],
  });
}

/** Draws the lasso coefficient over lambda, and its present value. */
function coefficientPanel(size: Size, z: number, end: number): JsonObject {
  const x = {
    field: "x",
    type: "quantitative",
    title: "λ",
    scale: { domain: [0, end], nice: false },
    axis: { ...numberAxis(1), grid: false },
  };
  const y = {
    field: "y",
    type: "quantitative",
    title: "coefficient β\u0302",
    scale: { domain: [-0.08 * z, 1.08 * z], nice: false },
    axis: numberAxis(1),
  };
  return {
    ...size,
    layer: [
      panelTitle("β\u0302 = max(z − λ, 0)", size.width),
      {
        data: {
          values: [
            { x: 0, y: z },
            { x: z, y: 0 },
            { x: end, y: 0 },
          ],
        },
        mark: { type: "line", color: POSITIVE, strokeWidth: 2.5, aria: false },
        encoding: { x, y },
      },
      {
        data: { values: [{}] },
        transform: [
          { calculate: "lambda", as: "x" },
          { calculate: "beta", as: "y" },
        ],
        mark: { type: "point", filled: true, size: 80, opacity: 1, color: NEGATIVE, stroke: FOREGROUND },
        encoding: { x, y },
      },
      {
        data: { values: [{ x: z, y: 0 }] },
        mark: { type: "text", text: "λ = z", dy: -10, align: "left", color: CAPTION },
        encoding: { x, y },
      },
    ],
  };
}
