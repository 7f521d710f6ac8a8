import { Chart } from "smooth-edges/plot";

/** What a line of a forest plot shows. */
export interface Line {
  readonly surrogate: string;
  readonly alternative: string;
  readonly setting: string;
  readonly middle: number;
  readonly low: number;
  readonly high: number;
  readonly outcome: "better" | "level" | "worse";
}

/** An axis of a forest plot. */
export interface Axis {
  readonly title: string;
  readonly domain: readonly [number, number];
  /** Where both are alike: 0 of differences, 1 of ratios. */
  readonly alike: 0 | 1;
  readonly ticks: readonly number[];
  /** What is larger than so much in size is drawn on a logarithmic scale; a ratio always is. */
  readonly linearTo?: number;
}

/** Blue where the surrogate is ahead, red where it is behind. */
const OUTCOMES = {
  domain: ["better", "level", "worse"],
  range: ["#0072b2", "#888888", "#d55e00"],
} as const;

/** Lines that share an axis. */
export interface Panel {
  readonly lines: readonly Line[];
  readonly axis: Axis;
}

/**
 * Comparisons in columns of panels, a line each below the two ways that are compared, with a bar from `low` to `high`. What
 * lies outside of an axis is drawn at its end.
 *
 * @param outcomes what better, level and worse are called in the legend
 */
export function forest(
  description: string,
  columns: readonly (readonly Panel[])[],
  outcomes: Readonly<Record<Line["outcome"], string>>,
): Chart {
  const spec = {
    description,
    spacing: 14,
    hconcat: columns.map((panels) => ({ spacing: 14, vconcat: panels.map((each) => panel(each, outcomes)) })),
  };
  return new Chart(spec as unknown as ConstructorParameters<typeof Chart>[0]);
}

function panel({ lines, axis }: Panel, outcomes: Readonly<Record<string, string>>): object {
  const rows: ({ heading: string } | Line)[] = [];
  let before = "";
  for (const line of lines) {
    const heading = `${line.surrogate} : ${line.alternative}`;
    if (heading !== before) rows.push({ heading });
    before = heading;
    rows.push(line);
  }
  const labels = rows.map((row) => ("heading" in row ? row.heading : row.setting));
  const headings = rows.flatMap((row, at) => ("heading" in row ? [at] : []));
  const within = (value: number): number => Math.min(Math.max(value, axis.domain[0]), axis.domain[1]);
  const values = rows.flatMap((row, at) =>
    "heading" in row
      ? []
      : [
          {
            at,
            ...row,
            middle: within(row.middle),
            low: within(row.low),
            high: within(row.high),
            outcome: outcomes[row.outcome],
          },
        ],
  );
  const x = (field: string): object => ({
    field,
    type: "quantitative",
    title: axis.title,
    scale: {
      domain: axis.domain,
      nice: false,
      ...(axis.alike === 1
        ? { type: "log" }
        : axis.linearTo
          ? { type: "symlog", constant: axis.linearTo }
          : {}),
    },
    axis: {
      values: axis.ticks,
      tickCount: 2 * axis.ticks.length,
      labelExpr:
        axis.alike === 1 ? "format(datum.value, '~g')" : "datum.value > 0 ? '+' + datum.label : datum.label",
      labelFontSize: 10,
      titleFontSize: 11,
      grid: true,
    },
  });
  const y = {
    field: "at",
    type: "ordinal",
    title: null,
    scale: { domain: rows.map((_, at) => at) },
    axis: {
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
      labelFontWeight: {
        condition: { test: `indexof(${JSON.stringify(headings)}, datum.value) >= 0`, value: "bold" },
        value: "normal",
      },
      labelFontSize: 10.5,
      labelLimit: 400,
      labelPadding: 8,
      ticks: false,
      domain: false,
      grid: false,
    },
  };
  const color = {
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
  };
  return {
    width: 196,
    height: { step: 14.5 },
    layer: [
      {
        data: { values: [{}] },
        mark: { type: "rule", color: "#444444" },
        encoding: { x: { datum: axis.alike } },
      },
      {
        data: { values },
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x: x("low"), x2: { field: "high" }, y, color },
      },
      {
        data: { values },
        mark: { type: "point", filled: true, size: 40, opacity: 1 },
        encoding: { x: x("middle"), y, color },
      },
    ],
  };
}
