import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { meanOf } from "./studies/means";
import { type HeldOut, realData } from "./studies/real-data";
import { OVERLAP } from "./studies/real-splits";

/** A method on a data set by a rule for lambda, means over the splits and a standard error about that of the error. */
interface Row {
  readonly data: string;
  readonly method: string;
  readonly rule: string;
  readonly size: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

const RULES = { min: "smallest error", oneSe: "within a standard error" } as const;
const METHODS = [
  "lasso",
  "adaptive lasso",
  "relaxed lasso",
  "elastic net",
  "bridge, q = 2/3",
  "bridge, q = 1/2",
  "SCAD",
  "MCP",
  "group lasso",
  "group bridge, q = 2/3",
];

/** Error on rows held out against the number of columns, by data set, method and rule. */
export const realDataFigure: Figure = {
  name: "real-data",
  title:
    "The bridge of 2/3 takes fewer columns than the lasso everywhere, and errs more on all six sets of classes, on none beyond chance",
  study: realData,
  compute(): Row[] {
    const fits = new Map<string, { error: number; size: number }[]>();
    for (const { task, result } of readRecords<HeldOut>(realData, "desk")) {
      const { data } = task.parameters;
      const method = String(task.parameters.method).replace(", by L-BFGS", "");
      for (const [key, rule] of Object.entries(RULES)) {
        const { error, support } = result[key as keyof HeldOut];
        const place = JSON.stringify({ data, method, rule });
        fits.set(place, [...(fits.get(place) ?? []), { error, size: support.length }]);
      }
    }
    return [...fits].map(([place, results]) => {
      const { mean, error } = meanOf(
        results.map((result) => result.error),
        OVERLAP,
      );
      const size = meanOf(results.map((result) => result.size)).mean;
      return { ...JSON.parse(place), size, error: mean, low: mean - error, high: mean + error };
    });
  },
  draw: (data) =>
    new Chart({
      description: DESCRIPTION,
      data: { values: data as unknown as [] },
      vconcat: [
        { hconcat: [panel("diabetes", "1 − R²"), panel("diabetes, quadratic", "1 − R²")] },
        ...[
          ["breast cancer", "wine"],
          ["digits 3 and 8", "leukaemia"],
          ["promoters", "messages"],
        ].map((names) => ({ hconcat: names.map((name) => panel(name, "Share of wrong classes")) })),
      ] as unknown as [],
    }),
};

const DESCRIPTION =
  "Error on rows held out, with bars of a standard error that allows for the rows that splits share, over the number of columns, on eight data sets, for λ by two rules. Bridges lie left of the lasso everywhere; with λ of the smallest error at about its height on diabetes, above it on breast cancer, wine, digits, leukaemia, promoters and messages; the adaptive lasso lies near them.";

function panel(name: string, title: string): object {
  const of = title.startsWith("1");
  return {
    title: { text: name, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    transform: [{ filter: { field: "data", equal: name } }],
    width: 260,
    height: 170,
    encoding: {
      x: {
        field: "size",
        type: "quantitative",
        title: "Columns",
        scale: { zero: true },
        axis: { tickCount: 5 },
      },
      y: {
        field: "error",
        type: "quantitative",
        title,
        scale: { zero: false },
        axis: { format: of ? ".2f" : ".1%", tickCount: 5 },
      },
      color: {
        field: "method",
        scale: colourScale(METHODS),
        legend: { orient: "right", title: null, symbolOpacity: 1 },
      },
    },
    layer: [
      { mark: { type: "line", strokeWidth: 1, opacity: 0.6 } },
      {
        mark: { type: "rule", strokeWidth: 1.5, opacity: 0.5 },
        encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
      },
      {
        mark: { type: "point", size: 60, filled: true, opacity: 1 },
        encoding: {
          shape: {
            field: "rule",
            scale: { domain: Object.values(RULES), range: ["circle", "triangle-up"] },
            legend: { orient: "right", title: "λ of the inner folds" },
          },
        },
      },
    ],
  };
}
