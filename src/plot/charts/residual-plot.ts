import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis, round, thinOut } from "../layout/axes";
import { axisTitle, heading, shortNumber } from "../layout/labels";
import { AXIS_ROOM, checkWidth, MARGINS, NARROW_WIDTH, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { MUTED, POSITIVE } from "../rendering/theme";

/** The members of an evaluation that {@link residualPlot} reads. */
export interface ResidualPlotData {
  /** The responses, numbers. */
  readonly observed?: ArrayLike<number> | undefined;
  /** Predictions of them. */
  readonly predicted?: ArrayLike<number> | undefined;
  /** Undefined, since classes have no residuals. */
  readonly classes?: unknown;
}

const MAX_POINTS = 1000;

/**
 * Draws residuals, responses less their predictions, over the predictions: without a pattern where the model is right.
 *
 * @param evaluation what `evaluate(fit, X, y)` gives for numbers or counts, or its parts.
 * @throws InputError when the response is not of numbers, lengths disagree or a number is not finite.
 * @example
 * ```ts
 * residualPlot(evaluate(fit, X, y));
 * ```
 */
export function residualPlot(evaluation: ResidualPlotData, options: PictureOptions = {}): Chart {
  const where = "residualPlot";
  checkKeys(where, options, ["width"]);
  checkWidth(where, options.width);
  const { observed, predicted, classes } = Object(evaluation) as ResidualPlotData;
  if (!observed || !predicted || classes || observed.length === 0)
    throw mustBe(where, "evaluation", "what evaluate(fit, X, y) gives for numbers or counts", evaluation);
  if (observed.length !== predicted.length)
    throw mustBe(where, "predicted", `${observed.length} numbers, as many as observed`, predicted);
  const all = Array.from(observed, (value, i) => {
    const point = { x: predicted[i], y: value - predicted[i] };
    if (!Number.isFinite(point.x) || !Number.isFinite(point.y))
      throw mustBe(where, `row ${i}`, "two finite numbers", Number.isFinite(point.x) ? value : point.x);
    return point;
  });
  const points = thinOut(all, MAX_POINTS);
  const rootMeanSquare = Math.sqrt(all.reduce((sum, { y }) => sum + y * y, 0) / all.length);
  const { width } = options;
  const frame = {
    width: width === undefined ? 420 : Math.floor(width - MARGINS - AXIS_ROOM - 10),
    height: width !== undefined && width < NARROW_WIDTH ? 200 : 260,
  };
  const channel = (field: "x" | "y", title: string, room: number): JsonObject => {
    const values = [...all.map((point) => point[field]), ...(field === "y" ? [0] : [])];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = 0.05 * (high - low || Math.abs(high) || 1);
    return {
      field,
      type: "quantitative",
      scale: { domain: [low - margin, high + margin].map(round), nice: false, zero: false },
      axis: { ...numberAxis(Math.max(Math.abs(low), Math.abs(high))), ...axisTitle(title, room) },
    };
  };
  const x = channel("x", "prediction", frame.width);
  const y = channel("y", "residual", frame.height);
  const title = `Residuals of ${counted(all.length, "row")}, root mean square ${shortNumber(rootMeanSquare)}`;
  const remarks = points.length < all.length ? [`${points.length} of them are drawn`] : [];
  return new Chart({
    description: `Scatter chart. ${title}, over predictions from ${shortNumber(Math.min(...all.map((point) => point.x)))} to ${shortNumber(Math.max(...all.map((point) => point.x)))}.`,
    title: heading(title, remarks, width),
    ...frame,
    layer: [
      {
        data: { values: [{ y: 0 }] },
        mark: { type: "rule", color: MUTED, strokeDash: [4, 4], aria: false },
        encoding: { y },
      },
      {
        data: { values: points.map((point) => ({ x: round(point.x), y: round(point.y) })) },
        mark: { type: "point", filled: true, size: 24, color: POSITIVE, opacity: 0.6 },
        encoding: {
          x,
          y,
          tooltip: [
            { field: "x", title: "prediction" },
            { field: "y", title: "residual" },
          ],
        },
      },
    ],
  });
}
