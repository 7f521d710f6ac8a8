import { formatNumber } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { round } from "../layout/axes";
import { axisTitle, heading, shortNumber } from "../layout/labels";
import {
  checkWidth,
  fitNames,
  MARGINS,
  nameRoom,
  type PictureOptions,
  widestName,
} from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { BACKGROUND, FOREGROUND, RAMP } from "../rendering/theme";

/** The members of an evaluation that {@link confusionPlot} reads. */
export interface ConfusionPlotData {
  /** Labels of the classes. */
  readonly classes?: readonly unknown[] | undefined;
  /** `confusion[c][d]` rows of class `c` are predicted to be of class `d`. */
  readonly confusion?: readonly (readonly number[])[] | undefined;
}

const MAX_CLASSES = 30;

/**
 * Draws how many rows of each class are predicted to be of each, as a heat map of the shares of the rows of a class.
 *
 * @param evaluation what `evaluate(fit, X, y)` gives for classes, or its parts.
 * @throws InputError when the response has no classes or more than 30, or a number is negative or not finite.
 * @example
 * ```ts
 * const labels = ["no", "no", "yes", "yes", "no"];
 * const fit = new SmoothLasso({ lambda: 0.01, datafit: logistic() }).fit(X, labels);
 * confusionPlot(evaluate(fit, X, labels));
 * ```
 */
export function confusionPlot(evaluation: ConfusionPlotData, options: PictureOptions = {}): Chart {
  const where = "confusionPlot";
  checkKeys(where, options, ["width"]);
  checkWidth(where, options.width);
  const { classes, confusion } = readEvaluation(where, evaluation);
  const n = classes.length;
  const room = nameRoom(options.width);
  const names = fitNames(classes.map(String), room);
  const side = Math.min(
    n <= 3 ? 84 : n <= 8 ? 48 : 26,
    Math.floor(((options.width ?? 640) - MARGINS - widestName(names, room) - 36) / n),
  );
  const cells = cellsOf(confusion);
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, counts, c) => sum + counts[c], 0);
  const title = `${formatNumber(right, 4)} of ${formatNumber(total, 4)} rows are of the class predicted`;
  const labelExpr = `${JSON.stringify(names)}[datum.value]`;
  const channel = (field: string, text: string, room: number): JsonObject => ({
    field,
    type: "ordinal",
    axis: {
      ...axisTitle(text, room),
      labelExpr,
      labelPadding: 6,
      ticks: false,
      domain: false,
      grid: false,
      ...(field === "predicted"
        ? { orient: "top", labelAngle: n * side < names.join("  ").length * 7 ? -90 : 0 }
        : {}),
    },
  });
  const encoding = {
    x: channel("predicted", "predicted class", n * side),
    y: channel("actual", "class", n * side),
  };
  const wrong = cells.filter((cell) => cell.actual !== cell.predicted && cell.share > 0);
  const [worst] = wrong.sort((a, b) => b.share - a.share);
  const detail = worst
    ? `Most often ${classes[worst.actual]} is taken for ${classes[worst.predicted]}: a share of ${shortNumber(worst.share)}.`
    : "No class is taken for another.";
  return new Chart({
    description: `Table as a heat map of ${n} classes. ${title}. ${detail}`,
    title: heading(title, ["colour: share of the rows of a class"], options.width),
    width: n * side,
    height: n * side,
    data: { values: cells },
    layer: [
      {
        mark: { type: "rect", stroke: BACKGROUND, strokeWidth: 1 },
        encoding: {
          ...encoding,
          color: {
            field: "share",
            type: "quantitative",
            scale: { domain: [0, 1], range: [...RAMP] },
            legend: null,
          },
          tooltip: [
            { field: "label", title: "rows" },
            { field: "share", title: "share of the class" },
          ],
        },
      },
      {
        mark: { type: "text", fontSize: side < 30 ? 10 : 12, aria: false },
        encoding: {
          ...encoding,
          text: { field: "label", type: "nominal" },
          color: { condition: { test: "datum.share > 0.5", value: BACKGROUND }, value: FOREGROUND },
        },
      },
    ],
  });
}

/** @throws InputError unless these are the counts of an evaluation of classes. */
function readEvaluation(
  where: string,
  evaluation: ConfusionPlotData,
): { readonly classes: readonly unknown[]; readonly confusion: readonly (readonly number[])[] } {
  const { classes, confusion } = Object(evaluation) as ConfusionPlotData;
  if (!Array.isArray(classes) || !Array.isArray(confusion) || classes.length === 0)
    throw mustBe(where, "evaluation", "what evaluate(fit, X, y) gives for classes", evaluation);
  const n = classes.length;
  if (n > MAX_CLASSES) throw mustBe(where, "the number of classes", `at most ${MAX_CLASSES}`, n);
  if (confusion.length !== n || confusion.some((counts) => counts.length !== n))
    throw mustBe(where, "confusion", `${n} lists of ${n} numbers, one a class`, confusion);
  confusion.forEach((counts: readonly number[], c) => {
    counts.forEach((count, d) => {
      if (!(count >= 0 && count < Infinity))
        throw mustBe(where, `confusion[${c}][${d}]`, "a finite number >= 0", count);
    });
  });
  return { classes, confusion };
}

/** One cell a class and predicted class, with its share of the rows of the class. */
function cellsOf(confusion: readonly (readonly number[])[]) {
  return confusion.flatMap((counts, c) => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count, d) => ({
      actual: c,
      predicted: d,
      share: all > 0 ? round(count / all) : 0,
      label: formatNumber(count, 3),
    }));
  });
}
