import { mustBe } from "../errors";
import { Chart } from "./chart";
import { numberAxis, plural, shortNumber } from "./labels";
import { CAPTION, LABEL_LIMIT, NEGATIVE, POSITIVE } from "./theme";

/** What {@link coefficientPlot} reads of a fit. */
export interface CoefficientPlotData {
  readonly coef: ArrayLike<number>;
  /** One name a coefficient. */
  readonly featureNames: readonly string[];
}

/** How {@link coefficientPlot} draws. */
export interface CoefficientPlotOptions {
  /** At most this many bars, the longest; the title names what is left out. Defaults to 25. */
  readonly maxBars?: number;
}

const WIDTH = 320;
/** Room beyond a bar for its number, as a share of the axis. */
const NUMBER_ROOM = 0.2;

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
export function coefficientPlot(
  fit: CoefficientPlotData,
  { maxBars = 25 }: CoefficientPlotOptions = {},
): Chart {
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

  const x = {
    field: "value",
    type: "quantitative",
    title: "coefficient β\u0302",
    scale: { domain: domainOf(bars.map(({ value }) => value)), nice: false },
    axis: numberAxis(bars[0]?.value ?? 0),
  };
  const y = {
    field: "row",
    type: "ordinal",
    sort: null,
    title: null,
    axis: {
      // The names are looked up, not used as data: two features may share one.
      labelExpr: `${JSON.stringify(bars.map(({ name }) => name))}[datum.value]`,
      labelLimit: LABEL_LIMIT,
      domain: false,
      ticks: false,
      labelPadding: 8,
    },
  };
  return new Chart({
    description,
    title: { text: title, subtitle: rest.length > 0 ? `and ${rest.join(", ")}` : [] },
    width: WIDTH,
    height: { step: 22 },
    data: {
      values: bars.map(({ name, value }, row) => ({ row, name, value, text: shortNumber(value) })),
    },
    layer: [
      {
        mark: { type: "bar", height: { band: 0.7 } },
        encoding: {
          x,
          y,
          color: { condition: { test: "datum.value < 0", value: NEGATIVE }, value: POSITIVE },
          tooltip: [
            { field: "name", title: "feature" },
            { field: "value", title: "coefficient" },
          ],
        },
      },
      { data: { values: [{}] }, mark: { type: "rule", color: CAPTION }, encoding: { x: { datum: 0 } } },
      {
        mark: {
          type: "text",
          align: { expr: "datum.value < 0 ? 'right' : 'left'" },
          dx: { expr: "datum.value < 0 ? -4 : 4" },
        },
        encoding: { x, y, text: { field: "text" } },
      },
    ],
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

/** The range of the bars, with room for a number at each end that has a bar. */
function domainOf(values: readonly number[]): [number, number] {
  const lowest = Math.min(0, ...values);
  const highest = Math.max(0, ...values);
  if (lowest === highest) return [-1, 1];
  const room = NUMBER_ROOM * (highest - lowest);
  return [lowest < 0 ? lowest - room : 0, highest > 0 ? highest + room : 0];
}
