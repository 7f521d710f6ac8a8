import { Chart } from "smooth-edges/plot";

/** A comparison of two ways in one setting. */
export interface Point {
  readonly surrogate: string;
  readonly alternative: string;
  /** The difference or the ratio; what lies outside of the axis is drawn at its end. */
  readonly value: number;
  readonly outcome: "better" | "level" | "worse";
}

/** An axis that compares: of differences, or of ratios. */
export interface Axis {
  readonly title: string;
  readonly domain: readonly [number, number];
  /** Where both are alike: 0 for differences, on a linear scale, 1 for ratios, on a logarithmic one. */
  readonly alike: 0 | 1;
  readonly ticks: readonly number[];
}

/** Comparisons that share an axis. */
export interface Panel {
  readonly title: string;
  readonly points: readonly Point[];
  readonly axis: Axis;
}

/** Blue where the surrogate is ahead, red where it is behind. */
const OUTCOMES = {
  domain: ["better", "level", "worse"],
  range: ["#0072b2", "#888888", "#d55e00"],
} as const;

/**
 * Panels below each other. A row of a panel is a pair of ways, and a point of the row is a setting in which both were compared.
 *
 * @param outcomes what better, level and worse are called in the legend
 */
export function stripPlot(
  description: string,
  panels: readonly Panel[],
  outcomes: Readonly<Record<Point["outcome"], string>>,
): Chart {
  const spec = { description, spacing: 18, vconcat: panels.map((each) => panelSpec(each, outcomes)) };
  return new Chart(spec as unknown as ConstructorParameters<typeof Chart>[0]);
}

function panelSpec({ title, points, axis }: Panel, outcomes: Readonly<Record<string, string>>): object {
  const [least, most] = axis.domain;
  const values = points.map(({ surrogate, alternative, value, outcome }) => ({
    pair: `${surrogate} : ${alternative}`,
    value: Math.min(Math.max(value, least), most),
    outcome: outcomes[outcome],
  }));
  const labels =
    axis.alike === 1 ? "format(datum.value, '~g')" : "datum.value > 0 ? '+' + datum.label : datum.label";
  return {
    title: { text: title, anchor: "start", frame: "group", fontSize: 12 },
    width: 420,
    height: { step: 19 },
    layer: [
      {
        data: { values: [{}] },
        mark: { type: "rule", color: "#444444" },
        encoding: { x: { datum: axis.alike } },
      },
      {
        data: { values },
        mark: { type: "point", filled: true, size: 60, opacity: 0.85, stroke: "white", strokeWidth: 0.6 },
        encoding: {
          x: {
            field: "value",
            type: "quantitative",
            title: axis.title,
            scale: { domain: axis.domain, nice: false, type: axis.alike === 1 ? "log" : "linear" },
            axis: { values: axis.ticks, labelExpr: labels, labelFontSize: 11, titleFontSize: 12, grid: true },
          },
          y: {
            field: "pair",
            type: "nominal",
            title: null,
            scale: { domain: [...new Set(values.map(({ pair }) => pair))] },
            axis: {
              labelFontSize: 11,
              labelLimit: 400,
              labelPadding: 8,
              ticks: false,
              domain: false,
              grid: true,
            },
          },
          color: {
            field: "outcome",
            type: "nominal",
            scale: { domain: OUTCOMES.domain.map((each) => outcomes[each]), range: OUTCOMES.range },
            legend: {
              title: null,
              orient: "top",
              symbolType: "circle",
              symbolStrokeWidth: 0,
              symbolOpacity: 1,
              labelLimit: 0,
            },
          },
        },
      },
    ],
  };
}
