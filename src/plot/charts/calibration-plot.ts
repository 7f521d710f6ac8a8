import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis, round } from "../layout/axes";
import { axisTitle, heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { MUTED, POSITIVE } from "../rendering/theme";
import { diagonalLayer, squareFrame } from "./roc-plot";

/** A group of rows with similar predictions, as `calibration()` of an evaluation has them. */
export interface CalibrationPlotGroup {
  /** Mean prediction. */
  readonly predicted: number;
  /** Mean response. */
  readonly observed: number;
  /** Standard error of that mean; NaN or null where it has none. */
  readonly standardError: number | null;
  /** Number of rows. */
  readonly nSamples: number;
}

/** An evaluation, or the groups that its `calibration()` gives. */
export type CalibrationPlotData = readonly CalibrationPlotGroup[] | CalibratedEvaluation;

/** The member of an evaluation that {@link calibrationPlot} reads. */
export interface CalibratedEvaluation {
  /** Compares predictions with responses in groups of rows. */
  calibration(): readonly CalibrationPlotGroup[];
}

/**
 * Draws mean responses over mean predictions in groups of rows with similar predictions, with bars of one standard error: on the diagonal where
 * probabilities are right.
 *
 * @param evaluation what `evaluate(fit, X, y)` gives for numbers, counts or two classes, or the groups of its `calibration(nGroups)`.
 * @throws InputError when there is no group or a number is not finite, and as `calibration()`.
 * @example
 * ```ts
 * calibrationPlot(evaluate(fit, X, y));
 * ```
 */
export function calibrationPlot(evaluation: CalibrationPlotData, options: PictureOptions = {}): Chart {
  const where = "calibrationPlot";
  checkKeys(where, options, ["width"]);
  checkWidth(where, options.width);
  const groups = groupsOf(where, evaluation);
  const points = groups.map(({ predicted, observed, standardError, nSamples }) => {
    const error = standardError !== null && standardError >= 0 ? standardError : 0;
    return { x: predicted, y: observed, low: observed - error, high: observed + error, nSamples };
  });
  const values = points.flatMap(({ x, low, high }) => [x, low, high]);
  const areShares = points.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1);
  const domain: [number, number] = areShares ? [0, 1] : widened(Math.min(...values), Math.max(...values));
  const frame = squareFrame(options.width);
  const channel = (field: string, title: string): JsonObject => ({
    field,
    type: "quantitative",
    scale: { domain, nice: false, zero: false, clamp: true },
    axis: { ...numberAxis(Math.max(...domain.map(Math.abs))), ...axisTitle(title, frame.width) },
  });
  const [x, y] = [channel("x", "mean prediction"), channel("y", "mean response")];
  const furthest = points.reduce((a, b) => (Math.abs(b.y - b.x) > Math.abs(a.y - a.x) ? b : a));
  const title = `Predictions and responses in ${counted(points.length, "group")} of rows`;
  const remark = `furthest apart where ${shortNumber(furthest.x)} is predicted and ${shortNumber(furthest.y)} observed; bars of one standard error`;
  const shown = points.map((point) => ({
    x: round(point.x),
    y: round(point.y),
    low: round(point.low),
    high: round(point.high),
    nSamples: point.nSamples,
  }));
  return new Chart({
    description: `Scatter chart. ${title}, ${remark}. On the dashed diagonal both are equal.`,
    title: heading(title, [remark], options.width),
    ...frame,
    layer: [
      diagonalLayer(domain, { x, y }),
      {
        data: { values: shown },
        mark: { type: "rule", color: MUTED, aria: false },
        encoding: { x, y: channel("low", "mean response"), y2: { field: "high" } },
      },
      {
        data: { values: shown },
        mark: { type: "point", filled: true, size: 50, color: POSITIVE, opacity: 1 },
        encoding: {
          x,
          y,
          tooltip: [
            { field: "x", title: "mean prediction" },
            { field: "y", title: "mean response" },
            { field: "nSamples", title: "rows" },
          ],
        },
      },
    ],
  });
}

function groupsOf(where: string, evaluation: CalibrationPlotData): readonly CalibrationPlotGroup[] {
  const { calibration } = Object(evaluation) as { calibration?: unknown };
  const groups =
    typeof calibration === "function" ? (evaluation as { calibration(): unknown }).calibration() : evaluation;
  if (!Array.isArray(groups) || groups.length === 0)
    throw mustBe(
      where,
      "evaluation",
      "what evaluate(fit, X, y) gives, or groups of its calibration()",
      evaluation,
    );
  groups.forEach(({ predicted, observed }: CalibrationPlotGroup, g) => {
    for (const [name, value] of Object.entries({ predicted, observed }))
      if (!Number.isFinite(value)) throw mustBe(where, `group ${g}, ${name}`, "a finite number", value);
  });
  return groups;
}

function widened(low: number, high: number): [number, number] {
  const margin = 0.05 * (high - low || Math.abs(high) || 1);
  return [low - margin, high + margin];
}
