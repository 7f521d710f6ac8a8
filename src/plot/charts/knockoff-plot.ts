import { counted, formatNumber } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { NEGATIVE, POSITIVE } from "../rendering/theme";
import { namedBars } from "./parts/named-bars";

/** The members of a knockoff filter that {@link knockoffPlot} reads. */
export interface KnockoffPlotData {
  /** `W`, one a feature. */
  readonly statistics: ArrayLike<number>;
  /** Infinity where nothing can be selected. */
  readonly threshold: number;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** The false discovery rate aimed at. */
  readonly fdr: number;
}

const MAX_BARS = 30;

/**
 * Draws the knockoff statistic `W` of each feature as horizontal bars, largest magnitude first. Features to the right of the dashed
 * line are selected; to the left of zero the knockoff is stronger than the feature.
 *
 * @param filter what `knockoffFilter` gives, or its parts.
 * @param options `width` of the picture in pixels.
 * @throws InputError when there is no feature, lengths disagree or a statistic is not finite.
 * @example
 * ```ts
 * knockoffPlot({ statistics: [3, 2, -0.5, 0], threshold: 2, featureNames: ["a", "b", "c", "d"], fdr: 0.5 });
 * ```
 */
export function knockoffPlot(filter: KnockoffPlotData, options: PictureOptions = {}): Chart {
  const where = "knockoffPlot";
  checkKeys(where, options, ["width"]);
  checkWidth(where, options.width);
  const { statistics, threshold, featureNames, fdr } = Object(filter) as KnockoffPlotData;
  if (!statistics || !featureNames) throw mustBe(where, "filter", "what knockoffFilter gives", filter);
  if (statistics.length === 0) throw mustBe(where, "statistics", "at least one number", statistics);
  if (featureNames.length !== statistics.length)
    throw mustBe(where, "featureNames", `${statistics.length} names, one a feature`, featureNames);
  const features = featureNames.map((name, j) => {
    if (!Number.isFinite(statistics[j]))
      throw mustBe(where, `statistics[${j}] ("${name}")`, "a finite number", statistics[j]);
    return { name, value: statistics[j] };
  });
  const selected = features.filter(({ value }) => value >= threshold).length;
  const told = features
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const shown = told.slice(0, MAX_BARS);
  const title = `${selected} of ${counted(features.length, "feature")} selected at a false discovery rate of ${formatNumber(fdr, 3)}`;
  const hasThreshold = Number.isFinite(threshold);
  const remarks = [
    hasThreshold ? `threshold ${shortNumber(threshold)}` : "no threshold keeps that rate",
    ...(shown.length < told.length ? [`the ${shown.length} largest of ${told.length} are drawn`] : []),
    ...(told.length < features.length
      ? [`${counted(features.length - told.length, "feature")} at zero`]
      : []),
  ];
  const values = [...shown.map(({ value }) => value), ...(hasThreshold ? [threshold] : [])];
  return new Chart({
    description: `Bar chart of knockoff statistics. ${title}; ${remarks.join("; ")}. ${shown.map(({ name, value }) => `${name} ${shortNumber(value)}`).join(", ")}.`,
    title: heading(title, [remarks.join("; ")], options.width),
    ...namedBars(
      shown.map(({ name, value }) => ({
        name,
        value,
        text: shortNumber(value),
        color: value < 0 ? NEGATIVE : POSITIVE,
        pale: !(value >= threshold),
      })),
      {
        title: "knockoff statistic W",
        axis: numberAxis(Math.max(0, ...values.map(Math.abs))),
        noun: "feature",
        quantity: "W",
        nothing: "every statistic is zero",
        threshold: hasThreshold ? threshold : undefined,
        width: options.width,
      },
    ),
  });
}
