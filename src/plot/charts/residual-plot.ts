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
  /** How much each row counts; those of weight 0 are not drawn. Default: 1 each. */
  readonly weights?: ArrayLike<number> | undefined;
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
  const { observed, predicted, weights, classes } = Object(evaluation) as ResidualPlotData;
  if (!observed || !predicted || classes || observed.length === 0)
    throw mustBe(where, "evaluation", "what evaluate(fit, X, y) gives for numbers or counts", evaluation);
  if (observed.length !== predicted.length)
    throw mustBe(where, "predicted", `${observed.length} numbers, as many as observed`, predicted);
  const rows = Array.from(observed, (value, i) => {
    const point = { x: predicted[i], y: value - predicted[i], weight: weights?.[i] ?? 1 };
    if (!Number.isFinite(point.x) || !Number.isFinite(point.y))
      throw mustBe(where, `row ${i}`, "two finite numbers", Number.isFinite(point.x) ? value : point.x);
    return point;
  });
  const all = rows.filter(({ weight }) => weight > 0);
  if (all.length === 0) throw mustBe(where, "weights", "at least one positive number", weights);
  const points = thinOut(all, MAX_POINTS);
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  const rootMeanSquare = Math.sqrt(all.reduce((sum, { y, weight }) => sum + weight * y * y, 0) / total);
  const { width } = options;
  const frame = {
    width: width === undefined ? 420 : Math.floor(width - MARGINS - AXIS_ROOM - 10),
    height: width !== undefined && width < NARROW_WIDTH ? 200 : 260,
  };
  const channel = (field: "x" | "y", title: string, room: number): JsonObject => {
    const [low, high] = field === "y" ? rangeOf(all, field, 0) : rangeOf(all, field);
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
  const [lowest, highest] = rangeOf(all, "x");
  const title = `Residuals of ${counted(all.length, "row")}, root mean square ${shortNumber(rootMeanSquare)}`;
  const remarks = points.length < all.length ? [`${points.length} of them are drawn`] : [];
  return new Chart({
    description: `Scatter chart. ${title}, over predictions from ${shortNumber(lowest)} to ${shortNumber(highest)}.`,
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

/** The least and the greatest coordinate of points, of which there may be too many for the arguments of one call. */
function rangeOf(
  points: readonly { readonly x: number; readonly y: number }[],
  field: "x" | "y",
  within = points[0][field],
): [number, number] {
  return points.reduce<[number, number]>(
    ([low, high], point) => [Math.min(low, point[field]), Math.max(high, point[field])],
    [within, within],
  );
}
