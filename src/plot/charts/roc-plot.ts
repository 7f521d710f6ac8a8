import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis, round, thinOut } from "../layout/axes";
import { axisTitle, heading, shortNumber } from "../layout/labels";
import { AXIS_ROOM, checkWidth, MARGINS, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { MUTED, POSITIVE } from "../rendering/theme";

/** The members of an evaluation that {@link rocPlot} reads. */
export interface RocPlotData {
  /** From (0, 0) to (1, 1), as `evaluate` has them of two classes. */
  readonly roc?:
    | readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[]
    | undefined;
  /** The area under the curve. */
  readonly auc?: number | undefined;
  /** Its 95 % interval. */
  readonly aucInterval?: readonly [number, number] | undefined;
}

const MAX_POINTS = 500;

/** Returns the size of a square frame, as far as the width of the picture has room for it. */
export function squareFrame(width: number | undefined, beside = 10): { width: number; height: number } {
  const side = Math.min(320, Math.floor((width ?? 640) - MARGINS - AXIS_ROOM - beside));
  return { width: side, height: side };
}

/** Returns the layer of the diagonal from the lowest to the highest value. */
export function diagonalLayer([low, high]: readonly [number, number], encoding: JsonObject): JsonObject {
  return {
    data: {
      values: [
        { x: low, y: low },
        { x: high, y: high },
      ],
    },
    mark: { type: "line", color: MUTED, strokeDash: [4, 4], strokeWidth: 1, aria: false },
    encoding,
  };
}

/**
 * Draws the ROC curve of two classes: the share of the second class that is found over the share of the first that is taken for it, as the threshold
 * of the probability falls.
 *
 * @param evaluation what `evaluate(fit, X, y)` gives for two classes, or its parts.
 * @throws InputError when there is no curve, as for other responses, or a rate is not within [0, 1].
 * @example
 * ```ts
 * const labels = ["no", "no", "yes", "yes", "no"];
 * const fit = new SmoothLasso({ lambda: 0.01, datafit: logistic() }).fit(X, labels);
 * rocPlot(evaluate(fit, X, labels));
 * ```
 */
export function rocPlot(evaluation: RocPlotData, options: PictureOptions = {}): Chart {
  const where = "rocPlot";
  checkKeys(where, options, ["width"]);
  checkWidth(where, options.width);
  const { roc, auc, aucInterval } = Object(evaluation) as RocPlotData;
  if (!Array.isArray(roc) || roc.length < 2)
    throw mustBe(where, "evaluation", "what evaluate(fit, X, y) gives for two classes", evaluation);
  roc.forEach(({ falsePositiveRate, truePositiveRate }, k) => {
    for (const [name, rate] of Object.entries({ falsePositiveRate, truePositiveRate }))
      if (!(rate >= 0 && rate <= 1)) throw mustBe(where, `roc[${k}].${name}`, "within [0, 1]", rate);
  });
  const points = thinOut(roc, MAX_POINTS).map(({ falsePositiveRate, truePositiveRate }, order) => ({
    x: round(falsePositiveRate),
    y: round(truePositiveRate),
    order,
  }));
  const frame = squareFrame(options.width);
  const channel = (field: string, title: string): JsonObject => ({
    field,
    type: "quantitative",
    scale: { domain: [0, 1], nice: false },
    axis: { ...numberAxis(1), ...axisTitle(title, frame.width) },
  });
  const encoding = { x: channel("x", "false positive rate"), y: channel("y", "true positive rate") };
  const interval = aucInterval
    ? `, 95\u00a0% from ${shortNumber(aucInterval[0])} to ${shortNumber(aucInterval[1])}`
    : "";
  const title = auc === undefined ? "ROC curve" : `Area under the ROC curve ${shortNumber(auc)}${interval}`;
  return new Chart({
    description: `Line chart. ${title}. The true positive rate rises from 0 to 1 as the false positive rate does; the dashed diagonal is chance.`,
    title: heading(title, ["dashed: chance"], options.width),
    ...frame,
    layer: [
      diagonalLayer([0, 1], encoding),
      {
        data: { values: points },
        mark: { type: "line", color: POSITIVE, strokeWidth: 2 },
        encoding: {
          ...encoding,
          order: { field: "order", type: "quantitative" },
        },
      },
    ],
  });
}
