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
  readonly coef: ArrayLike<number>;
  /** One name a coefficient. */
  readonly featureNames: readonly string[];
}

/** How {@link coefficientPlot} draws. */
export interface CoefficientPlotOptions extends PictureOptions {
  /** At most this many bars, the longest; the title names what is left out. Defaults to 25. */
  readonly maxBars?: number;
}

/**
 * The coefficients that are not zero as horizontal bars, largest magnitude first.
 *
 * @param fit - Any fit of this library, or `{ coef, featureNames }`.
 * @throws InputError when a coefficient is not finite or has no name.
 * @example
 * ```ts
 * coefficientPlot(new SmoothLasso({ lambda: 0.1 }).fit(X, y));
 * ```
 */
export function coefficientPlot(fit: CoefficientPlotData, options: CoefficientPlotOptions = {}): Chart {
  checkKeys("coefficientPlot", options, ["maxBars", "width"]);
  const { maxBars = 25, width } = options;
  checkWidth("coefficientPlot", width);
  if (!(Number.isInteger(maxBars) && maxBars >= 1))
    throw mustBe("coefficientPlot", "maxBars", "an integer >= 1", maxBars);
  const coefficients = readCoefficients(fit);
  const selected = coefficients
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const bars = selected.slice(0, maxBars);
  const nAtZero = coefficients.length - selected.length;
  const title = `${selected.length} of ${plural(coefficients.length, "coefficient")} not zero`;
  const rest = [
    ...(bars.length < selected.length ? [`${selected.length - bars.length} smaller ones not shown`] : []),
    ...(nAtZero > 0 ? [`${plural(nAtZero, "feature")} at zero`] : []),
  ];
  const description = [
    `Bar chart of coefficients, ${title}.`,
    ...(bars.length > 0
      ? [`Largest first: ${bars.map(({ name, value }) => `${name} ${shortNumber(value)}`).join(", ")}.`]
      : []),
    ...(rest.length > 0 ? [`${rest.join(" and ")}.`] : []),
  ].join(" ");

  return new Chart({
    description,
    title: heading(title, rest.length > 0 ? [`and ${rest.join(", ")}`] : [], width),
    ...namedBars(
      bars.map(({ name, value }) => ({
        name,
        value,
        text: shortNumber(value),
        color: value < 0 ? NEGATIVE : POSITIVE,
      })),
      {
        title: "coefficient β\u0302",
        axis: numberAxis(bars[0]?.value ?? 0),
        noun: "feature",
        quantity: "coefficient",
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
