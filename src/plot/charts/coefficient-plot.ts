import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { NEGATIVE, POSITIVE } from "../rendering/theme";
import { validationRemedy } from "./cross-validation-plot";
import { featureDeviations, type StandardizedOptions } from "./parts/feature-deviations";
import { namedBars } from "./parts/named-bars";

/** The members of a fit that {@link coefficientPlot} reads. */
export interface CoefficientPlotData {
  /** One a feature, finite. */
  readonly coef: ArrayLike<number>;
  /** One name a coefficient. */
  readonly featureNames: readonly string[];
  /** The standard deviation of each feature whose coefficient is not zero, ascending, as fits have it. */
  readonly supportDeviations?: ArrayLike<number> | undefined;
}

/** The members of a fit of several responses or classes that {@link coefficientPlot} reads. */
export interface CoefficientPlotResponses {
  /** One vector a response, each with one finite number a feature. */
  readonly coefs: readonly ArrayLike<number>[];
  /** One name a response. */
  readonly responseNames: readonly string[];
  /** One name a feature. */
  readonly featureNames: readonly string[];
  /** The standard deviation of each feature with a coefficient that is not zero, ascending, as fits have it. */
  readonly supportDeviations?: ArrayLike<number> | undefined;
}

type PlottedFit = CoefficientPlotData | CoefficientPlotResponses;

/** A feature and its coefficients, one a response. */
interface Row {
  readonly name: string;
  readonly values: readonly number[];
}

/** Maximum number of panels: more would not be legible. */
const MAX_PANELS = 12;

/** Options of {@link coefficientPlot}: how many bars there are, in which unit, and how the picture looks. */
export interface CoefficientPlotOptions extends PictureOptions, StandardizedOptions {
  /** At most this many features, those with the longest bars; the title counts what is left out. Defaults to 25. */
  readonly maxBars?: number;
}

/**
 * Draws the nonzero coefficients as horizontal bars, largest magnitude first.
 *
 * A coefficient is a change of the response per unit of its feature, so that it is large where a unit is. Bars of a fit are
 * standardized: a bar is the change per standard deviation of its feature, whatever its unit; with `standardizedBy: false`
 * it is the coefficient.
 *
 * Of several responses or classes there is one panel each, at most twelve, with the same features and scale, in the order of the
 * Euclidean norm of a feature's coefficients.
 *
 * @param given - Any fit of this library, that of a pipeline too, `{ coef, featureNames }`, or `{ coefs, responseNames, featureNames }`.
 * @throws InputError when a coefficient is not finite or has no name, or columns are missing in `standardizedBy`.
 * @example
 * ```ts
 * coefficientPlot(new SmoothLasso({ lambda: 0.1 }).fit(X, y));
 * ```
 */
export function coefficientPlot(
  given: PlottedFit | OfFrames<"fit", PlottedFit>,
  options: CoefficientPlotOptions = {},
): Chart {
  const fit = ofFeatures<"fit", PlottedFit>(given, "fit");
  checkKeys("coefficientPlot", options, ["maxBars", "standardizedBy", "width"]);
  const { maxBars = 25, width } = options;
  checkWidth("coefficientPlot", width);
  if (!(Number.isInteger(maxBars) && maxBars >= 1))
    throw mustBe("coefficientPlot", "maxBars", "an integer >= 1", maxBars);
  const panels = responsesOf(fit);
  const plain = readRows(fit);
  const deviations = featureDeviations("coefficientPlot", options, fit.featureNames, [
    { coefs: "coefs" in fit ? fit.coefs : [fit.coef], supportDeviations: fit.supportDeviations },
  ]);
  const isStandardized = deviations !== undefined;
  const rows = plain.map(({ name, values }, j) => ({
    name,
    values: values.map((value) => value * (deviations?.[j] ?? 1)),
  }));
  const noun = isStandardized ? "standardized coefficient" : "coefficient";
  const selected = rows.filter(isInModel).sort((a, b) => Math.hypot(...b.values) - Math.hypot(...a.values));
  const shown = selected.slice(0, maxBars);
  const nAtZero = rows.length - selected.length;
  const isOfClasses = (fit as { classes?: unknown }).classes !== undefined;
  const inPanels = (count: number): string =>
    isOfClasses ? `${count} class${count === 1 ? "" : "es"}` : counted(count, "response");
  const title = panels
    ? `${selected.length} of ${counted(rows.length, "feature")} in the model of ${inPanels(panels.length)}`
    : `${selected.length} of ${counted(rows.length, "coefficient")} not zero`;
  const perDeviation = isStandardized ? ["per standard deviation of the feature"] : [];
  const rest = [
    ...(shown.length < selected.length ? [`${selected.length - shown.length} smaller ones not shown`] : []),
    ...(nAtZero > 0 ? [`${counted(nAtZero, "feature")} at zero`] : []),
    ...(panels && panels.length > MAX_PANELS ? [`${inPanels(panels.length - MAX_PANELS)} not shown`] : []),
  ];
  const remarks = [...perDeviation, ...rest];
  const drawn = panels?.slice(0, MAX_PANELS);
  const inWords = ({ name, values }: Row): string =>
    `${name} ${drawn ? `(${drawn.map((response, r) => `${response} ${shortNumber(values[r])}`).join(", ")})` : shortNumber(values[0])}`;
  const description = [
    `Bar chart of ${noun}s, ${title}.`,
    ...(shown.length > 0 ? [`Largest first: ${shown.map(inWords).join(", ")}.`] : []),
    ...(rest.length > 0 ? [`${rest.join(" and ")}.`] : []),
  ].join(" ");
  const bars = (drawn ?? [""]).flatMap((_, r) =>
    shown.map(({ name, values }) => ({
      name,
      value: values[r],
      text: panels && values[r] === 0 ? "" : shortNumber(values[r]),
      color: values[r] < 0 ? NEGATIVE : POSITIVE,
    })),
  );

  return new Chart({
    description,
    title: heading(title, remarks.length > 0 ? [remarks.join("; ")] : [], width),
    ...namedBars(bars, {
      title: `${noun} β\u0302${isStandardized ? "\u00a0·\u00a0s" : ""}`,
      axis: numberAxis(Math.max(0, ...bars.map(({ value }) => Math.abs(value)))),
      noun: "feature",
      quantity: noun,
      nothing: "every coefficient is zero",
      width,
      panels: shown.length > 0 ? drawn : undefined,
    }),
  });
}

/** Returns the names of several responses; undefined for one. */
function responsesOf(fit: CoefficientPlotData | CoefficientPlotResponses): readonly string[] | undefined {
  if (!("coefs" in Object(fit) && "responseNames" in fit)) return undefined;
  const { coefs, responseNames } = fit;
  if (!(coefs.length > 0 && responseNames.length === coefs.length))
    throw mustBe("coefficientPlot", "responseNames", "one name for each of coefs", responseNames);
  return responseNames;
}

function readRows(fit: CoefficientPlotData | CoefficientPlotResponses): Row[] {
  const {
    coef,
    coefs = [coef],
    featureNames,
  } = Object(fit) as Partial<CoefficientPlotData & CoefficientPlotResponses>;
  if (!coefs[0] || !featureNames || (!coef && responsesOf(fit) === undefined))
    throw mustBe(
      "coefficientPlot",
      "fit",
      "what fit(X, y) gives",
      fit,
      validationRemedy(fit) ?? "use pathPlot for a path",
    );
  for (const each of coefs as readonly ArrayLike<number>[]) {
    if (each.length === 0) throw mustBe("coefficientPlot", "coef", "at least one number", each);
    if (featureNames.length !== each.length)
      throw mustBe(
        "coefficientPlot",
        "featureNames",
        `${each.length} names, one a coefficient`,
        featureNames,
      );
  }
  return featureNames.map((name, j) => {
    const values = (coefs as readonly ArrayLike<number>[]).map((each, r) => {
      const what = coef ? `coef[${j}]` : `coefs[${r}][${j}]`;
      if (!Number.isFinite(each[j]))
        throw mustBe("coefficientPlot", `${what} ("${name}")`, "a finite number", each[j]);
      return each[j];
    });
    return { name, values };
  });
}

function isInModel({ values }: Row): boolean {
  return values.some((value) => value !== 0);
}
