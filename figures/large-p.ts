import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { largeP, type Scaled } from "./studies/large-p";

interface Row {
  readonly table: string;
  readonly p: number;
  readonly method: string;
  readonly replicate: number;
  readonly passes: number;
  readonly seconds: number;
}

/**
 * Passes over `X` and time, by method and kind of table, over the number of features. A line a replicate: the largest tables
 * have the first one alone, so means would not be of the same tables at every size.
 */
export const largePFigure: Figure = {
  name: "large-p",
  title:
    "The default solver looks at the whole of X at most five times up to a million features; descent on the surrogate passes over it tens to thousands of times, and more with p",
  study: largeP,
  compute: (): Row[] =>
    readRecords<Scaled>(largeP, "desk").map(({ task: { parameters }, result: { passes, seconds } }) => ({
      table: String(parameters.table),
      p: Number(parameters.p),
      method: String(parameters.method),
      replicate: Number(parameters.replicate),
      passes,
      seconds,
    })),
  draw(data) {
    const methods = (data as Row[]).map(({ method }) => method);
    return new Chart({
      description:
        "A line a replicate, of which the largest tables have one. Left, passes over X until the gap is a millionth of the objective at zero, over the number of features: hundreds to thousands by gradient descent on the surrogate, tens to hundreds by L-BFGS on it and 12 to 155 by coordinate descent, mostly growing, and two to five looks at all of X by the default solver; gradient descent was stopped after 6000 iterations in six replicates of ten thousand features. Right, seconds of the processor, both on logarithmic scales: at a hundred thousand features 10 to 15 by L-BFGS on the surrogate and below a half by the default solver, at a million 129 and 2.3. Solid lines are of sparse tables, dashed ones of dense tables.",
      data: { values: data as unknown as [] },
      hconcat: [
        panel(methods, "Passes over X; dashed: dense tables", "passes", [1, 10, 100, 1000, 10000]),
        panel(methods, "Seconds of the processor; dashed: dense", "seconds", [0.01, 0.1, 1, 10, 100, 1000]),
      ] as unknown as [],
    });
  },
};

function panel(methods: readonly string[], title: string, field: string, values: number[]): object {
  return {
    title: { text: title, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    width: 270,
    height: 260,
    encoding: {
      x: {
        field: "p",
        type: "quantitative",
        title: "Features",
        scale: { type: "log", domain: [700, 1.5e6], nice: false },
        axis: { values: [1e3, 1e4, 1e5, 1e6], format: ".0e" },
      },
      y: {
        field,
        type: "quantitative",
        title: null,
        scale: { type: "log", domain: [values[0], 2 * values[values.length - 1]], nice: false },
        axis: { values, format: "~g" },
      },
      color: {
        field: "method",
        type: "nominal",
        sort: null,
        scale: colourScale(methods),
        legend: { orient: "right", title: null },
      },
      strokeDash: { field: "table", type: "nominal", sort: null, legend: null },
      detail: { field: "replicate", type: "nominal" },
    },
    layer: [
      { mark: { type: "line", strokeWidth: 0.8 } },
      { mark: { type: "point", filled: true, size: 20, opacity: 1 } },
    ],
  };
}
