import { alignFeatures } from "../design/align-features";
import { columnMoments } from "../design/column-moments";
import type { DesignInput } from "../design/design-input";
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { Chart } from "./chart";
import { heading } from "./heading";
import { numberAxis, plural, shortNumber } from "./labels";
import { namedBars } from "./named-bars";
import { checkWidth, type PictureOptions } from "./picture-width";
import { NEGATIVE, POSITIVE } from "./theme";

/** What {@link coefficientPlot} reads of a fit. */
export interface CoefficientPlotData {
  /** One a feature, finite. */
  readonly coef: ArrayLike<number>;
  /** One name a coefficient. */
  readonly featureNames: readonly string[];
}

/** How {@link coefficientPlot} draws. */
export interface CoefficientPlotOptions extends PictureOptions {
  /** At most this many bars, the longest; the title names what is left out. Defaults to 25. */
  readonly maxBars?: number;
  /**
   * The data, read by column name as `predict` reads them: bars are then standardized, each coefficient times the standard
   * deviation of its feature there (divisor n), so that a feature's unit does not decide its rank. Default: none, as they are.
   */
  readonly standardizedBy?: DesignInput;
}

/**
 * The coefficients that are not zero as horizontal bars, largest magnitude first.
 *
 * A coefficient is a change of the response per unit of its feature, so features in small units have long bars; with
 * `standardizedBy: X` a bar is the change per standard deviation of the feature.
 *
 * @param fit - Any fit of this library, or `{ coef, featureNames }`.
 * @throws InputError when a coefficient is not finite or has no name, or columns are missing in `standardizedBy`.
 * @example
 * ```ts
 * coefficientPlot(new SmoothLasso({ lambda: 0.1 }).fit(X, y));
 * ```
 */
export function coefficientPlot(fit: CoefficientPlotData, options: CoefficientPlotOptions = {}): Chart {
  checkKeys("coefficientPlot", options, ["maxBars", "standardizedBy", "width"]);
  const { maxBars = 25, standardizedBy, width } = options;
  checkWidth("coefficientPlot", width);
  if (!(Number.isInteger(maxBars) && maxBars >= 1))
    throw mustBe("coefficientPlot", "maxBars", "an integer >= 1", maxBars);
  const coefficients = standardized(readCoefficients(fit), standardizedBy);
  const noun = standardizedBy === undefined ? "coefficient" : "standardized coefficient";
  const selected = coefficients
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const bars = selected.slice(0, maxBars);
  const nAtZero = coefficients.length - selected.length;
  const title = `${selected.length} of ${plural(coefficients.length, "coefficient")} not zero`;
  const perDeviation = standardizedBy === undefined ? [] : ["per standard deviation of the feature"];
  const rest = [
    ...(bars.length < selected.length ? [`${selected.length - bars.length} smaller ones not shown`] : []),
    ...(nAtZero > 0 ? [`${plural(nAtZero, "feature")} at zero`] : []),
  ];
  const description = [
    `Bar chart of ${noun}s, ${title}.`,
    ...(bars.length > 0
      ? [`Largest first: ${bars.map(({ name, value }) => `${name} ${shortNumber(value)}`).join(", ")}.`]
      : []),
    ...(rest.length > 0 ? [`${rest.join(" and ")}.`] : []),
  ].join(" ");

  return new Chart({
    description,
    title: heading(title, [...perDeviation, ...(rest.length > 0 ? [`and ${rest.join(", ")}`] : [])], width),
    ...namedBars(
      bars.map(({ name, value }) => ({
        name,
        value,
        text: shortNumber(value),
        color: value < 0 ? NEGATIVE : POSITIVE,
      })),
      {
        title: `${noun} β\u0302${standardizedBy === undefined ? "" : " · s"}`,
        axis: numberAxis(bars[0]?.value ?? 0),
        noun: "feature",
        quantity: noun,
        width,
      },
    ),
  });
}

function readCoefficients(fit: CoefficientPlotData): { name: string; value: number }[] {
  const { coef, featureNames } = Object(fit) as CoefficientPlotData;
  if (!coef || !featureNames)
    throw mustBe("coefficientPlot", "fit", "what fit(X, y) gives", fit, "use pathPlot for a path");
  if (coef.length === 0) throw mustBe("coefficientPlot", "coef", "at least one number", coef);
  if (featureNames.length !== coef.length)
    throw mustBe("coefficientPlot", "featureNames", `${coef.length} names, one a coefficient`, featureNames);
  return featureNames.map((name, j) => {
    const value = coef[j];
    if (!Number.isFinite(value))
      throw mustBe("coefficientPlot", `coef[${j}] ("${name}")`, "a finite number", value);
    return { name, value };
  });
}

/** Each coefficient times the standard deviation of its feature in `X`. */
function standardized(
  coefficients: readonly { name: string; value: number }[],
  X: DesignInput | undefined,
): readonly { name: string; value: number }[] {
  if (X === undefined) return coefficients;
  const names = coefficients.map(({ name }) => name);
  const { deviations } = columnMoments(alignFeatures("coefficientPlot", X, names));
  return coefficients.map(({ name, value }, j) => ({ name, value: value * deviations[j] }));
}
